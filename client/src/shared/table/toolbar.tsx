import type { RowData } from '@tanstack/react-table';
import { Download, Search, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { request, type Query } from '../api/request';
import type { Page } from '../api/types';
import { useLocale } from '../i18n/use-locale';
import { useSettled } from '../time/use-settled';
import { Button, IconButton } from '../ui/button';
import type { ColumnsState } from './columns-state';
import styles from './data-table.module.css';
import type { DataTableProps } from './data-table';
import { csvFile, everyRow, useDownload } from './use-download';
import { ViewMenu } from './view-menu';

/** An export of what the filter shows: by the engine where it has one, otherwise page after page. */
export type Export<T> = { name: string } & (
  { path: string; query: Query } | { fetchPage: (page: number, limit: number) => Promise<Page<T>> }
);

interface Props<T extends RowData> extends DataTableProps<T> {
  look: ColumnsState;
  filtered: boolean;
  onClear: () => void;
}

export function Toolbar<T extends RowData>({
  columns,
  state,
  filters,
  searchable = true,
  exported,
  look,
  filtered,
  onClear,
}: Props<T>) {
  const { t } = useLocale();
  return (
    <div className={styles.toolbar}>
      {searchable && <Words value={state.search.q ?? ''} onChange={(q) => state.patch({ q })} />}
      {filters}
      {filtered && (
        <Button look="quiet" onClick={onClear}>
          <X size={16} aria-hidden />
          {t('table.clear')}
        </Button>
      )}
      <span className={styles.space} />
      <ViewMenu columns={columns} state={state} look={look} />
      {exported && <ExportButton columns={columns} exported={exported} />}
    </div>
  );
}

/** What is typed reaches the address when the typing rests. */
export function Words({ value, onChange }: { value: string; onChange: (value: string | undefined) => void }) {
  const { t } = useLocale();
  const [typed, setTyped] = useState(value);
  const settled = useSettled(typed, 250);
  const sent = useRef(value);
  useEffect(() => {
    if (settled.trim() === sent.current) return;
    sent.current = settled.trim();
    onChange(settled.trim() || undefined);
  }, [settled, onChange]);
  // The address can change without us: back, or a cleared filter.
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setTyped(value);
  }, [value]);
  return (
    <div className={styles.words}>
      <Search size={16} aria-hidden />
      <input
        type="search"
        data-list-search=""
        dir="auto"
        aria-label={t('table.search')}
        placeholder={t('table.search')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
}

function ExportButton<T extends RowData>({
  columns,
  exported,
}: Pick<Props<T>, 'columns'> & { exported: Export<T> }) {
  const { t } = useLocale();
  const { busy, run } = useDownload(async () => {
    const name = `${exported.name}.csv`;
    if ('path' in exported)
      return { name, blob: await request<Blob>('GET', exported.path, { query: exported.query }) };
    const rows = await everyRow(exported.fetchPage);
    const cells = columns.flatMap((column) =>
      column.csv ? [{ header: column.header, value: column.csv }] : [],
    );
    const blob = csvFile(
      cells.map((cell) => cell.header),
      rows.map((row) => cells.map((cell) => cell.value(row))),
    );
    return { name, blob, text: t('table.exported', { count: rows.length }) };
  });
  return (
    <IconButton label={t(busy ? 'table.exporting' : 'table.csv')} look="plain" disabled={busy} onClick={run}>
      <Download size={18} aria-hidden />
    </IconButton>
  );
}
