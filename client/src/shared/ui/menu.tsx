import * as Radix from '@radix-ui/react-dropdown-menu';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLocale } from '../i18n/use-locale';
import { cx } from './cx';
import styles from './menu.module.css';

/** Not modal: a modal menu locks the scroll by a style element that the content policy forbids. */
export function Menu({
  trigger,
  children,
  align = 'end',
  onClosed,
}: {
  trigger: ReactNode;
  children: ReactNode;
  align?: 'start' | 'end';
  /** Where the focus goes when it closes; prevented, it does not go back to the trigger. */
  onClosed?: (event: Event) => void;
}) {
  const { dir } = useLocale();
  return (
    <Radix.Root modal={false} dir={dir}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className={styles.menu}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          {...(onClosed && { onCloseAutoFocus: onClosed })}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ItemProps {
  icon?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
}

export function MenuItem({ icon, danger, disabled, onSelect, children }: ItemProps) {
  return (
    <Radix.Item
      className={cx(styles.item, danger && styles.danger)}
      disabled={disabled ?? false}
      onSelect={onSelect}
    >
      {icon}
      <span className={styles.text}>{children}</span>
    </Radix.Item>
  );
}

export function MenuChoice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: [T, string][];
  onChange: (value: T) => void;
}) {
  return (
    <Radix.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
      <Radix.Label className={styles.label}>{label}</Radix.Label>
      {options.map(([key, text]) => (
        <Radix.RadioItem key={key} value={key} className={styles.item}>
          <span className={styles.check}>
            <Radix.ItemIndicator>
              <Check size={16} aria-hidden />
            </Radix.ItemIndicator>
          </span>
          {text}
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export function MenuLine() {
  return <Radix.Separator className={styles.line} />;
}

export function MenuHeading({ children }: { children: ReactNode }) {
  return <Radix.Label className={styles.heading}>{children}</Radix.Label>;
}
