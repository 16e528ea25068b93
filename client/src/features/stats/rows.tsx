import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { TableSearch } from '@/shared/table/search';
import type { Period } from './period';

/** The rows behind a figure: a list, and what of it is counted. */
export interface Rows {
  to: '/calls' | '/customers' | '/tasks';
  search: TableSearch;
}

/** Calls that began in these days. */
export const callRows = ({ from, to }: Period, search: TableSearch = {}): Rows => ({
  to: '/calls',
  search: { direction: 'inbound', ...search, from, to },
});

/** Customers who came to be in these days. */
export const customerRows = ({ from, to }: Period, search: TableSearch = {}): Rows => ({
  to: '/customers',
  search: { ...search, from, to },
});

/** Tasks that were made, done or due in these days. */
export const taskRows = (
  { from, to }: Period,
  by: 'created' | 'completed' | 'due',
  search: TableSearch = {},
): Rows => ({
  to: '/tasks',
  search: {
    status: by === 'completed' ? 'done' : 'any',
    ...(by !== 'due' && { by }),
    ...search,
    from,
    to,
  },
});

/** What was due in these days and is late. */
export const lateRows = ({ from, to }: Period): Rows => ({
  to: '/tasks',
  search: { tab: 'overdue', from, to },
});

export function RowsLink({
  rows,
  className,
  label,
  children,
}: {
  rows: Rows;
  className?: string | undefined;
  label?: string;
  children: ReactNode;
}) {
  return (
    <Link to={rows.to} search={rows.search as never} className={className} aria-label={label}>
      {children}
    </Link>
  );
}
