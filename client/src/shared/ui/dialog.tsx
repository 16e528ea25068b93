import * as Radix from '@radix-ui/react-dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLocale } from '../i18n/use-locale';
import { IconButton } from './button';
import styles from './dialog.module.css';
import { cx } from './cx';

interface Props {
  open: boolean;
  onClose: () => void;
  title: string;
  text?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
}

/**
 * A dialog: focus is trapped and given back. The veil is our own element, not Radix's Overlay, because that one locks the
 * scroll by a style element that the content policy forbids; `data-modal` locks it from base.css instead.
 */
export function Dialog({ open, onClose, title, text, children, footer, wide }: Props) {
  const { t, dir } = useLocale();
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <div className={styles.veil} data-modal="">
          <Radix.Content
            className={cx(styles.dialog, wide && styles.wide)}
            dir={dir}
            {...(!text && { 'aria-describedby': undefined })}
          >
            <header className={styles.header}>
              <div>
                <Radix.Title className={styles.title}>{title}</Radix.Title>
                {text && <Radix.Description className={styles.text}>{text}</Radix.Description>}
              </div>
              <Radix.Close asChild>
                <IconButton label={t('action.close')} small>
                  <X size={18} aria-hidden />
                </IconButton>
              </Radix.Close>
            </header>
            <div className={styles.body}>{children}</div>
            {footer && <footer className={styles.footer}>{footer}</footer>}
          </Radix.Content>
        </div>
      </Radix.Portal>
    </Radix.Root>
  );
}
