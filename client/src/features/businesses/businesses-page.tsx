import { useLocale } from '@/shared/i18n/use-locale';
import { Page } from '@/shared/ui/page';
import { SkeletonLines } from '@/shared/ui/skeleton';

export function BusinessesPage() {
  const { t } = useLocale();
  return (
    <Page title={t('businesses.title')}>
      <SkeletonLines lines={6} />
    </Page>
  );
}
