import * as Radix from '@radix-ui/react-dialog';
import type { ReactNode } from 'react';
import { useLocale } from '@/shared/i18n/use-locale';
import styles from './drawer.module.css';

/** The sidebar on a narrow screen; like every dialog without Radix's Overlay (see shared/ui/dialog). */
export function Drawer({
  open,
  onClose,
  children,
}: {
  open: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t, dir } = useLocale();
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <div className={styles.veil} data-modal="">
          <Radix.Content className={styles.drawer} dir={dir} aria-describedby={undefined}>
            <Radix.Title className="hidden-visually">{t('nav.main')}</Radix.Title>
            {children}
          </Radix.Content>
        </div>
      </Radix.Portal>
    </Radix.Root>
  );
}
