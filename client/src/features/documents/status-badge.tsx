import type { DocumentStatus, SigningStatus } from '@/shared/api/documents';
import { useLocale } from '@/shared/i18n/use-locale';
import { Badge } from '@/shared/ui/badge';
import { tones } from './drawers';

export function StatusBadge({ status }: { status: DocumentStatus | SigningStatus }) {
  const { t } = useLocale();
  return (
    <Badge tone={tones[status]} dot>
      {t(`documents.status.${status}`)}
    </Badge>
  );
}
