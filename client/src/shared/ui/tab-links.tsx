import type { ReactNode } from 'react';
import styles from './tab-links.module.css';

/** Parts of a page, each with its own address; the current one says so by `aria-current`. */
export function TabLinks({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav className={styles.tabs} aria-label={label}>
      {children}
    </nav>
  );
}
