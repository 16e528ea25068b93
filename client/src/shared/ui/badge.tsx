import type { ReactNode } from 'react';
import styles from './badge.module.css';
import { cx } from './cx';
import tones from './tone.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet' | 'live' | 'accent';

export function Badge({
  tone = 'quiet',
  dot,
  children,
}: {
  tone?: Tone;
  dot?: boolean;
  children: ReactNode;
}) {
  return (
    <span className={cx(styles.badge, tones[tone], tone === 'live' && styles.live)}>
      {dot && <span className={styles.dot} aria-hidden />}
      {children}
    </span>
  );
}
