import { Link } from '@tanstack/react-router';
import { Ban, Building2, CloudOff, SearchX, TriangleAlert } from 'lucide-react';
import { isApiError } from '../api/error';
import { useErrorText } from '../api/use-error-text';
import type { Feature } from '../api/types';
import { isKey } from '../i18n/translate';
import { useLocale } from '../i18n/use-locale';
import { Button } from './button';
import { Empty } from './empty';
import { Ltr } from './text';

/** What could not be shown, and why; a refusal is explained, a fault can be tried again. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useLocale();
  const text = useErrorText();
  if (isApiError(error, 'feature_disabled')) return <FeatureOff feature={error.body.feature ?? ''} />;
  if (isApiError(error, 'no_business_context')) return <NoBusiness />;
  if (isApiError(error, 'not_found'))
    return (
      <Empty
        icon={SearchX}
        title={t('notFound.title')}
        text={t('notFound.text')}
        action={<Link to="/">{t('notFound.home')}</Link>}
      />
    );
  const refused = isApiError(error, 'forbidden');
  const offline = isApiError(error, 'offline');
  return (
    <Empty
      icon={refused ? Ban : offline ? CloudOff : TriangleAlert}
      title={refused || offline ? text(error) : t('error.title')}
      text={
        <>
          {refused || offline ? t('error.text') : text(error)}
          {isApiError(error) && error.requestId && (
            <>
              <br />
              {t('error.id')}: <Ltr>{error.requestId}</Ltr>
            </>
          )}
        </>
      }
      action={onRetry && <Button onClick={onRetry}>{t('action.retry')}</Button>}
    />
  );
}

export function FeatureOff({ feature }: { feature: Feature | (string & {}) }) {
  const { t } = useLocale();
  const key = `feature.${feature}`;
  return (
    <Empty
      icon={Ban}
      title={t('feature.off.title')}
      text={t('feature.off.text', { feature: isKey(key) ? t(key) : feature })}
    />
  );
}

export function NoBusiness() {
  const { t } = useLocale();
  return <Empty icon={Building2} title={t('noBusiness.title')} text={t('noBusiness.text')} />;
}
