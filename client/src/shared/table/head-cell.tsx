import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import { cx } from '../ui/cx';
import styles from './data-table.module.css';
import type { Column } from './types';

interface Props {
  column: Pick<Column<never>, 'header' | 'sort' | 'width' | 'fixed' | 'head'>;
  sorted: false | 'asc' | 'desc';
  onSort: () => void;
  tab: 0 | -1;
  cell: string;
}

export function HeadCell({ column, sorted, onSort, tab, cell }: Props) {
  const Icon = sorted === 'asc' ? ArrowUp : sorted === 'desc' ? ArrowDown : ChevronsUpDown;
  const actions = column.fixed === 'end';
  return (
    <th
      role="columnheader"
      scope="col"
      data-cell={cell}
      tabIndex={column.sort ? undefined : tab}
      className={cx(styles.head, column.width && styles[column.width])}
      aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : undefined}
    >
      {column.sort ? (
        <button
          type="button"
          className={styles.sort}
          data-on={sorted || undefined}
          tabIndex={tab}
          onClick={onSort}
        >
          {column.header}
          <Icon size={14} aria-hidden />
        </button>
      ) : column.head ? (
        column.head
      ) : (
        <span className={actions ? 'hidden-visually' : undefined}>{column.header}</span>
      )}
    </th>
  );
}
