import { useCallback } from 'react';
import { useLocale } from '../i18n/use-locale';
import { isApiError } from './error';

/** What went wrong, in the reader's language: by the engine's code, never by its English detail. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useLocale();
  return useCallback((error) => (isApiError(error) ? t(`error.${error.code}`) : t('error.internal')), [t]);
}
