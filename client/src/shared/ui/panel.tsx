import * as Popover from '@radix-ui/react-popover';
import type { ReactNode } from 'react';
import { useLocale } from '../i18n/use-locale';
import styles from './panel.module.css';

interface Props {
  label: string;
  trigger: ReactNode;
  children: ReactNode;
  /** Said by who closes it himself; without them it opens and closes by its trigger. */
  open?: boolean;
  onOpen?: (open: boolean) => void;
}

/** A small sheet beside the button that opens it; the page behind stays usable. */
export function Panel({ label, trigger, children, open, onOpen }: Props) {
  const { dir } = useLocale();
  return (
    <Popover.Root {...(open !== undefined && { open })} {...(onOpen && { onOpenChange: onOpen })}>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={styles.panel}
          align="end"
          sideOffset={6}
          collisionPadding={8}
          dir={dir}
          aria-label={label}
        >
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
