import type { ReactNode } from 'react';
import styles from './banner.module.css';
import { cx } from './cx';
import tones from './tone.module.css';

interface Props {
  tone: 'good' | 'warn' | 'bad' | 'info';
  children: ReactNode;
  alert?: boolean;
}

export function Banner({ tone, children, alert }: Props) {
  return (
    <div className={cx(styles.banner, tones[tone])} role={alert ? 'alert' : undefined}>
      {children}
    </div>
  );
}
