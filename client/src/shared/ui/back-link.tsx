import { Link, type LinkProps } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './back-link.module.css';

/** Above a page of one thing: to the list it belongs to. */
export function BackLink({ to, children }: { to: LinkProps['to']; children: ReactNode }) {
  return (
    <Link to={to} className={styles.back}>
      <ChevronLeft size={16} aria-hidden className="mirror" />
      {children}
    </Link>
  );
}
