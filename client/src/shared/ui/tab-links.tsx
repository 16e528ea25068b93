import { useEffect, useRef, type ReactNode } from 'react';
import styles from './tab-links.module.css';

/** For the links of a row of tabs: one is current by its whole address only, or where `aria-current` says so. */
export const byWholeAddress = { exact: true, includeSearch: true } as const;

/** Parts of a page, each with its own address; the current one says so by `aria-current`, and stays in sight on a phone. */
export function TabLinks({
  label,
  current,
  children,
}: {
  label: string;
  current: string;
  children: ReactNode;
}) {
  const tabs = useRef<HTMLElement>(null);
  useEffect(() => {
    const show = () =>
      tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
    show();
    window.addEventListener('resize', show);
    return () => window.removeEventListener('resize', show);
  }, [current]);
  return (
    <nav ref={tabs} className={styles.tabs} aria-label={label}>
      {children}
    </nav>
  );
}
