import { useLocale } from '@/shared/i18n/use-locale';
import { CopyField } from '@/shared/ui/copy-field';
import { Dialog } from '@/shared/ui/dialog';

interface Props {
  title: string;
  text: string;
  link: string | null;
  onClose: () => void;
}

export function LinkDialog({ title, text, link, onClose }: Props) {
  const { t } = useLocale();
  return (
    <Dialog open={link !== null} onClose={onClose} title={title} text={text}>
      {link && <CopyField label={t('people.link')} value={link} />}
    </Dialog>
  );
}
