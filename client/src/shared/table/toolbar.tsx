import type { RowData } from '@tanstack/react-table';
import { Download, Search, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { request, type Query } from '../api/request';
import type { Page } from '../api/types';
import { useErrorText } from '../api/use-error-text';
import { useLocale } from '../i18n/use-locale';
import { useSettled } from '../time/use-settled';
import { Button, IconButton } from '../ui/button';
import { useToast } from '../ui/use-toast';
import type { ColumnsState } from './columns-state';
import { csv, download } from './csv';
import styles from './data-table.module.css';
import type { DataTableProps } from './data-table';
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
function Words({ value, onChange }: { value: string; onChange: (value: string | undefined) => void }) {
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

const PAGE = 100;
const MOST_PAGES = 500;

function ExportButton<T extends RowData>({
  columns,
  exported,
}: Pick<Props<T>, 'columns'> & { exported: Export<T> }) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const [busy, setBusy] = useState(false);

  const run = async () => {
    setBusy(true);
    try {
      if ('path' in exported) {
        download(
          `${exported.name}.csv`,
          await request<Blob>('GET', exported.path, { query: exported.query }),
        );
        return;
      }
      const rows: T[] = [];
      for (let page = 1, pages = 1; page <= Math.min(pages, MOST_PAGES); page += 1) {
        const next = await exported.fetchPage(page, PAGE);
        rows.push(...next.results);
        pages = next.pages;
      }
      const cells = columns.flatMap((column) =>
        column.csv ? [{ header: column.header, value: column.csv }] : [],
      );
      const text = csv(
        cells.map((cell) => cell.header),
        rows.map((row) => cells.map((cell) => cell.value(row))),
      );
      download(`${exported.name}.csv`, new Blob([text], { type: 'text/csv;charset=utf-8' }));
      toast.show({ text: t('table.exported', { count: rows.length }) });
    } catch (error) {
      toast.show({ tone: 'bad', text: errorText(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <IconButton
      label={t(busy ? 'table.exporting' : 'table.csv')}
      look="plain"
      disabled={busy}
      onClick={() => void run()}
    >
      <Download size={18} aria-hidden />
    </IconButton>
  );
}
