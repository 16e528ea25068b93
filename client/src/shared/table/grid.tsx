import {
  columnOrderingFeature,
  columnVisibilityFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
  type RowData,
} from '@tanstack/react-table';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useMedia } from '../ui/use-media';
import { useLocale } from '../i18n/use-locale';
import { fullOrder, type ColumnsState } from './columns-state';
import styles from './data-table.module.css';
import { GridRow, SkeletonRow } from './grid-row';
import { HeadCell } from './head-cell';
import type { Column } from './types';
import { useCellFocus } from './use-cell-focus';

/** Only what the engine does not do for us is compiled in: it pages and sorts, the table knows about order and sight. */
const features = tableFeatures({ columnOrderingFeature, columnVisibilityFeature, rowSortingFeature });

interface Props<T extends RowData> {
  label: string;
  columns: readonly Column<T>[];
  shown: readonly Column<T>[];
  look: ColumnsState;
  rows: T[] | undefined;
  rowId: (row: T) => string | number;
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
  skeletonRows: number;
  density: 'comfortable' | 'compact';
  busy: boolean;
  total: number;
  rowTone?: (row: T) => 'quiet' | undefined;
  onNear?: (row: T) => void;
}

/** From this many rows on only those in sight are in the page. */
const VIRTUAL_FROM = 40;
/** Heights of a row with its line, as data-table.module.css sets them. */
const ROW = { comfortable: 57, compact: 41 };
const none: never[] = [];

export function Grid<T extends RowData>({
  label,
  columns,
  shown,
  look,
  rows,
  rowId,
  sort,
  onSort,
  skeletonRows,
  density,
  busy,
  rowTone,
  onNear,
}: Props<T>) {
  const { dir } = useLocale();
  const defs = useMemo(
    (): ColumnDef<typeof features, T>[] =>
      columns.map((column) => ({
        id: column.id,
        accessorFn: () => null,
        enableSorting: column.sort !== undefined,
        sortDescFirst: column.descFirst ?? false,
      })),
    [columns],
  );
  const state = useMemo(
    () => ({
      columnOrder: fullOrder(columns, look),
      columnVisibility: Object.fromEntries([...look.hidden].map((id) => [id, false])),
      sorting: sorting(columns, sort),
    }),
    [columns, look, sort],
  );
  const table = useTable({
    features,
    columns: defs,
    data: rows ?? (none as T[]),
    getRowId: (row) => String(rowId(row)),
    manualSorting: true,
    state,
    onSortingChange: (change) => {
      const [first] = typeof change === 'function' ? change(state.sorting) : change;
      const name = columns.find((column) => column.id === first?.id)?.sort;
      onSort(first && name ? `${first.desc ? '-' : ''}${name}` : undefined);
    },
  } as Parameters<typeof useTable<typeof features, T>>[0]);

  // Rows of a table are as high as each other; only a phone's cards have to be measured.
  const cards = useMedia('(width < 640px)');
  const body = useRef<HTMLTableSectionElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    if (body.current) setMargin(body.current.getBoundingClientRect().top + window.scrollY);
  }, [rows]);
  const all = table.getRowModel().rows;
  const virtual = all.length >= VIRTUAL_FROM;
  const virtualizer = useWindowVirtualizer({
    count: all.length,
    estimateSize: () => ROW[density],
    overscan: 6,
    scrollMargin: margin,
    enabled: virtual,
    useFlushSync: false,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, density, cards]);
  const items = virtual ? virtualizer.getVirtualItems() : undefined;
  const first = items?.[0];
  const last = items?.at(-1);
  const visible = items ? items.flatMap((item) => all[item.index] ?? []) : all;

  const focus = useCellFocus({
    rows: all.length + 1,
    columns: shown.length,
    dir,
    reveal: (row) => virtual && virtualizer.scrollToIndex(row),
  });

  const nearest = useRef<T | null>(null);
  const near = (target: EventTarget) => {
    const index = (target as HTMLElement).closest<HTMLElement>('tr[data-index]')?.dataset.index;
    const row = index === undefined ? undefined : all[Number(index)]?.original;
    if (!row || row === nearest.current) return;
    nearest.current = row;
    onNear?.(row);
  };

  return (
    <table
      role="grid"
      className={styles.grid}
      aria-label={label}
      aria-busy={busy}
      aria-rowcount={rows ? all.length + 1 : undefined}
      {...focus.grid}
      {...(onNear && {
        onPointerOver: (event) => near(event.target),
        onFocus: (event) => {
          focus.grid.onFocus(event);
          near(event.target);
        },
      })}
    >
      <thead role="rowgroup">
        {table.getHeaderGroups().map((group) => (
          <tr role="row" key={group.id} aria-rowindex={1}>
            {group.headers.map((header, index) => {
              const column = shown.find((one) => one.id === header.column.id);
              return (
                column && (
                  <HeadCell
                    key={header.id}
                    column={column}
                    sorted={header.column.getIsSorted()}
                    onSort={() => header.column.toggleSorting()}
                    tab={focus.active.row === 0 && focus.active.column === index ? 0 : -1}
                    cell={`0:${index}`}
                  />
                )
              );
            })}
          </tr>
        ))}
      </thead>
      <tbody role="rowgroup" ref={body}>
        {!rows &&
          Array.from({ length: skeletonRows }, (_, index) => <SkeletonRow key={index} columns={shown} />)}
        {first && first.start > margin && <Spacer size={first.start - margin} columns={shown.length} />}
        {visible.map((row) => (
          <GridRow
            key={row.id}
            row={row.original}
            index={row.index}
            columns={shown}
            tone={rowTone?.(row.original)}
            active={focus.active.row === row.index + 1 ? focus.active.column : undefined}
            {...(virtual && cards && { measure: virtualizer.measureElement })}
          />
        ))}
        {last && <Spacer size={virtualizer.getTotalSize() + margin - last.end} columns={shown.length} />}
      </tbody>
    </table>
  );
}

/** Stands for the rows that are out of sight. */
function Spacer({ size, columns }: { size: number; columns: number }) {
  return (
    <tr aria-hidden role="presentation" className={styles.spacer}>
      <td role="presentation" colSpan={columns} style={{ blockSize: size }} />
    </tr>
  );
}

function sorting<T>(
  columns: readonly Column<T>[],
  sort: string | undefined,
): { id: string; desc: boolean }[] {
  const name = sort?.replace(/^-/, '');
  const column = name ? columns.find((one) => one.sort === name) : undefined;
  return column ? [{ id: column.id, desc: sort?.startsWith('-') ?? false }] : [];
}
