import { LoaderCircle } from 'lucide-react';
import type { ComponentProps } from 'react';
import styles from './button.module.css';
import { cx } from './cx';

export interface ButtonLook {
  look?: 'primary' | 'plain' | 'quiet' | 'danger';
  small?: boolean;
  wide?: boolean;
}

export function buttonClass({ look = 'plain', small, wide }: ButtonLook, icon = false): string {
  return cx(styles.button, styles[look], small && styles.small, wide && styles.wide, icon && styles.icon);
}

type Props = ComponentProps<'button'> & ButtonLook & { busy?: boolean };

/** A button keeps its width while it is busy, and cannot be pressed twice. */
export function Button({ look, small, wide, busy, className, children, disabled, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      className={cx(buttonClass({ look, small, wide } as ButtonLook), className)}
    >
      {busy && <LoaderCircle size={16} className={styles.busy} aria-hidden />}
      {children}
    </button>
  );
}

/** Only an icon: its name is required, for those who cannot see it and as a title for those who wonder. */
export function IconButton({
  label,
  look = 'quiet',
  small,
  className,
  ...rest
}: ComponentProps<'button'> & ButtonLook & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={cx(buttonClass({ look, small } as ButtonLook, true), className)}
    />
  );
}
