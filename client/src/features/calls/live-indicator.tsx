import { Link } from '@tanstack/react-router';
import { useLocale } from '@/shared/i18n/use-locale';
import styles from './live-indicator.module.css';
import { useLiveCalls } from './use-live-calls';

/** In the header of every page: how many calls are running now. */
export function LiveIndicator() {
  const { t } = useLocale();
  const { calls } = useLiveCalls(false);
  const count = calls.length;
  const text = count > 0 ? t('live.count', { count }) : t('live.none');
  return (
    <Link to="/live" className={styles.live} data-on={count > 0 || undefined} title={text}>
      <span className={styles.dot} aria-hidden />
      <span className={styles.text}>{text}</span>
      {count > 0 && (
        <span className={styles.count} aria-hidden>
          {count}
        </span>
      )}
    </Link>
  );
}
