import { memo } from 'react';
import { Skeleton } from '../ui/skeleton';
import { cx } from '../ui/cx';
import styles from './data-table.module.css';
import type { Column } from './types';

interface Props<T> {
  row: T;
  index: number;
  columns: readonly Column<T>[];
  tone: 'quiet' | undefined;
  /** The column whose cell is in the tab order, when it is in this row. */
  active: number | undefined;
  measure?: (element: Element | null) => void;
}

function PlainRow<T>({ row, index, columns, tone, active, measure }: Props<T>) {
  return (
    <tr
      role="row"
      className={styles.row}
      data-index={index}
      data-tone={tone}
      ref={measure}
      aria-rowindex={index + 2}
    >
      {columns.map((column, place) => (
        <td
          role="gridcell"
          key={column.id}
          data-cell={`${index + 1}:${place}`}
          data-card={column.card ?? 'plain'}
          data-label={column.header}
          tabIndex={place === active ? 0 : -1}
          className={cx(
            styles.cell,
            column.width && styles[column.width],
            column.fixed === 'end' && styles.actions,
          )}
        >
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** Scrolling renders the rows that come into sight, not those that are there already. */
export const GridRow = memo(PlainRow) as typeof PlainRow;

export function SkeletonRow({ columns }: { columns: readonly { id: string; width?: 'fit' | 'wide' }[] }) {
  return (
    <tr role="row" className={styles.row} aria-hidden>
      {columns.map((column) => (
        <td role="gridcell" key={column.id} className={cx(styles.cell, column.width && styles[column.width])}>
          <Skeleton width={column.width === 'wide' ? 240 : 72} height={14} />
        </td>
      ))}
    </tr>
  );
}
