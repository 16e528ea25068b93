import { onlineManager } from '@tanstack/react-query';
import { CloudOff } from 'lucide-react';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useLocale } from '@/shared/i18n/use-locale';
import { useToast } from '@/shared/ui/use-toast';
import styles from './offline-banner.module.css';

/** Says that there is no connection for as long as there is none, and once that it is back. */
export function OfflineBanner() {
  const { t } = useLocale();
  const toast = useToast();
  const online = useSyncExternalStore(
    (listener) => onlineManager.subscribe(listener),
    () => onlineManager.isOnline(),
  );
  const before = useRef(online);
  useEffect(() => {
    if (online && !before.current) toast.show({ text: t('offline.back') });
    before.current = online;
  }, [online, toast, t]);
  return (
    <div role="status">
      {!online && (
        <p className={styles.banner}>
          <CloudOff size={16} aria-hidden />
          {t('offline.text')}
        </p>
      )}
    </div>
  );
}
