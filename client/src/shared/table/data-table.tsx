import type { UseQueryResult } from '@tanstack/react-query';
import type { RowData } from '@tanstack/react-table';
import { useMemo, useRef, type ReactNode } from 'react';
import type { Page } from '../api/types';
import { useLocale } from '../i18n/use-locale';
import { cx } from '../ui/cx';
import { Failure } from '../ui/failure';
import { fullOrder, readColumns } from './columns-state';
import styles from './data-table.module.css';
import { Grid } from './grid';
import { NothingHere } from './nothing-here';
import { Pager } from './pager';
import { pickColumn, type Picking } from './picking';
import { Toolbar, type Export } from './toolbar';
import type { Column, EmptyState } from './types';
import type { TableSearch } from './search';
import type { TableState } from './use-table-state';

export interface DataTableProps<T extends RowData> {
  /** What the table lists; its name for those who cannot see it. */
  label: string;
  columns: readonly Column<T>[];
  state: TableState;
  query: UseQueryResult<Page<T>>;
  rowId: (row: T) => string | number;
  empty: EmptyState;
  /** Names of the address that filter, besides the words. */
  filterNames?: readonly (keyof TableSearch)[];
  filters?: ReactNode;
  searchable?: boolean;
  exported?: Export<T> | undefined;
  rowTone?: (row: T) => 'quiet' | undefined;
  /** Rows can be picked; what is done with them stands above the table. */
  picking?: Picking<T>;
  /** The pointer or the focus is on a row: what it leads to can be fetched ahead. */
  onNear?: (row: T) => void;
}

/** The one table of the application: the engine sorts, filters and pages; the address remembers; the keyboard walks. */
export function DataTable<T extends RowData>(props: DataTableProps<T>) {
  const { label, state, query, rowId, empty, filterNames = [], rowTone, picking, onNear } = props;
  const { t } = useLocale();
  const rows = query.data?.results;
  const columns = useMemo(
    () => (picking ? [pickColumn(picking, rows ?? [], t), ...props.columns] : props.columns),
    [picking, rows, props.columns, t],
  );
  const top = useRef<HTMLElement>(null);
  const { search } = state;
  const look = useMemo(() => readColumns(columns, search.cols), [columns, search.cols]);
  const shown = useMemo(
    () =>
      fullOrder(columns, look)
        .filter((id) => !look.hidden.has(id))
        .flatMap((id) => columns.find((column) => column.id === id) ?? []),
    [columns, look],
  );
  const filtered = Boolean(search.q) || filterNames.some((name) => search[name] !== undefined);
  const clear = () =>
    state.patch({ q: undefined, ...Object.fromEntries(filterNames.map((name) => [name, undefined])) });
  const total = query.data?.total ?? 0;
  const pages = query.data?.pages ?? 1;

  /** Other rows are read from the first on. */
  const toTop = () => {
    if (top.current && top.current.getBoundingClientRect().top < 0)
      top.current.scrollIntoView({ block: 'start' });
  };
  const goTo = (page: number) => {
    state.patch({ page: page > 1 ? page : undefined });
    toTop();
  };
  const sortBy = (sort: string | undefined) => {
    state.patch({ sort });
    toTop();
  };

  return (
    <section ref={top} className={styles.table} aria-label={label}>
      <Toolbar {...props} look={look} filtered={filtered} onClear={clear} />
      <div className={styles.sheet} data-density={search.density ?? 'comfortable'}>
        {query.isError && !rows ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : rows && rows.length === 0 ? (
          <NothingHere
            filtered={filtered}
            empty={empty}
            onClear={clear}
            beyond={total > 0 ? () => goTo(pages) : undefined}
          />
        ) : (
          <div className={cx(styles.scroll, query.isPlaceholderData && styles.stale)}>
            <Grid
              label={label}
              columns={columns}
              shown={shown}
              look={look}
              rows={rows}
              rowId={rowId}
              sort={search.sort}
              onSort={sortBy}
              density={search.density ?? 'comfortable'}
              skeletonRows={Math.min(state.limit, 10)}
              busy={query.isFetching}
              total={total}
              {...(rowTone && { rowTone })}
              {...(onNear && { onNear })}
            />
          </div>
        )}
      </div>
      {rows && rows.length > 0 && (
        <Pager
          page={query.data?.page ?? 1}
          pages={pages}
          total={total}
          limit={state.limit}
          onPage={goTo}
          onLimit={(limit) => state.patch({ limit: limit === 25 ? undefined : limit })}
        />
      )}
      <p className="hidden-visually" role="status">
        {query.isPending
          ? t('table.loading')
          : total > 0
            ? t('table.total', { count: total })
            : t('table.none')}
      </p>
    </section>
  );
}
