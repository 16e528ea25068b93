import { useBlocker } from '@tanstack/react-router';
import { useLocale } from '../i18n/use-locale';

/** Asks before a page with unsaved work is left, by a link or by closing it. */
export function useLeaveGuard(dirty: boolean) {
  const { t } = useLocale();
  useBlocker({
    shouldBlockFn: () => dirty && !window.confirm(t('form.leave')),
    enableBeforeUnload: () => dirty,
  });
}
