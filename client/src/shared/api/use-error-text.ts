import { useCallback } from 'react';
import { isKey } from '../i18n/translate';
import { useLocale } from '../i18n/use-locale';
import { isApiError } from './error';

/** What went wrong, in the reader's language: by the engine's code, never by its English detail. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useLocale();
  const refusal = useRefusalText();
  return useCallback(
    (error) => {
      if (!isApiError(error)) return t('error.internal');
      const { reason, until } = error.body;
      if (error.code === 'policy_refused' && reason) return refusal({ reason, until: until ?? null });
      return t(`error.${error.code}`);
    },
    [t, refusal],
  );
}

/** Why the policy gate is against it, and when it would not be. */
export function useRefusalText(): (refusal: { reason: string; until?: string | null }) => string {
  const { t, format } = useLocale();
  return useCallback(
    ({ reason, until }) => {
      const key = `policy.${reason}`;
      const why = isKey(key) ? t(key) : t('error.policy_refused');
      return until ? `${why} ${t('policy.until', { when: format.dateTime(until) })}` : why;
    },
    [t, format],
  );
}
