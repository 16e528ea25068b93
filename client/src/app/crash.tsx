import { TriangleAlert } from 'lucide-react';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import { Empty } from '@/shared/ui/empty';
import { isApiError } from '@/shared/api/error';
import { Failure } from '@/shared/ui/failure';

/** A page that fell over: the frame stays, and the page can be tried again. */
export function Crash({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useLocale();
  if (isApiError(error)) return <Failure error={error} onRetry={reset} />;
  return (
    <Empty
      icon={TriangleAlert}
      title={t('error.title')}
      text={t('error.text')}
      action={
        <Button look="primary" onClick={() => window.location.reload()}>
          {t('action.reload')}
        </Button>
      }
    />
  );
}
