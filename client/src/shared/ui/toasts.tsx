import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import { useLocale } from '../i18n/use-locale';
import { Button, IconButton } from './button';
import { cx } from './cx';
import styles from './toasts.module.css';
import { ToastContext, type Toast } from './use-toast';

type Shown = Toast & { id: number };

/** Short news at the foot of the page. A toast that can be undone stays eight seconds, and while it is looked at. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useLocale();
  const [shown, setShown] = useState<Shown[]>([]);
  const next = useRef(1);
  const timers = useRef(new Map<number, number>());

  const remove = useCallback((id: number) => {
    window.clearTimeout(timers.current.get(id));
    timers.current.delete(id);
    setShown((all) => all.filter((toast) => toast.id !== id));
  }, []);

  const arm = useCallback(
    (toast: Shown) => {
      timers.current.set(
        toast.id,
        window.setTimeout(
          () => {
            remove(toast.id);
            toast.onExpire?.();
          },
          toast.lastsMs ?? (toast.undo ? 8000 : 5000),
        ),
      );
    },
    [remove],
  );

  const show = useCallback(
    (toast: Toast) => {
      const one = { ...toast, id: next.current++ };
      setShown((all) => [...all.slice(-2), one]);
      arm(one);
      return () => remove(one.id);
    },
    [arm, remove],
  );
  const value = useMemo(() => ({ show }), [show]);

  const pause = (toast: Shown) => window.clearTimeout(timers.current.get(toast.id));
  return (
    <ToastContext value={value}>
      {children}
      <div className={styles.stack} role="status" aria-live="polite" data-frame="">
        {shown.map((toast) => (
          // Reading is not interaction: the pointer over a toast only holds its clock.
          <div
            key={toast.id}
            className={cx(styles.toast, toast.tone === 'bad' && styles.bad)}
            onPointerEnter={() => pause(toast)}
            onPointerLeave={() => arm(toast)}
          >
            {toast.tone === 'bad' ? (
              <CircleAlert size={18} aria-hidden />
            ) : (
              <CircleCheck size={18} aria-hidden />
            )}
            <span className={styles.text}>{toast.text}</span>
            {toast.undo && (
              <Button
                small
                look="quiet"
                className={styles.undo}
                onClick={() => {
                  remove(toast.id);
                  toast.undo?.();
                }}
              >
                {t('action.undo')}
              </Button>
            )}
            <IconButton
              small
              label={t('action.close')}
              className={styles.undo}
              onClick={() => {
                remove(toast.id);
                toast.onExpire?.();
              }}
            >
              <X size={16} aria-hidden />
            </IconButton>
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
