import { SearchX } from 'lucide-react';
import { useLocale } from '@/shared/i18n/use-locale';
import { Empty } from '@/shared/ui/empty';
import { LinkButton } from '@/shared/ui/link-button';
import { Page } from '@/shared/ui/page';

export function NotFound() {
  const { t } = useLocale();
  return (
    <Page title={t('notFound.title')} heading="404">
      <Empty
        icon={SearchX}
        title={t('notFound.title')}
        text={t('notFound.text')}
        action={
          <LinkButton to="/" look="primary">
            {t('notFound.home')}
          </LinkButton>
        }
      />
    </Page>
  );
}
