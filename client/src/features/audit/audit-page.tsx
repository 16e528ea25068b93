import { useLocale } from '@/shared/i18n/use-locale';
import { Page } from '@/shared/ui/page';
import { SkeletonLines } from '@/shared/ui/skeleton';

export function AuditPage() {
  const { t } = useLocale();
  return (
    <Page title={t('audit.title')}>
      <SkeletonLines lines={6} />
    </Page>
  );
}
