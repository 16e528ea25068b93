import type { Translate } from '../i18n/translate';
import styles from './picking.module.css';
import type { Column } from './types';

/** Rows that are picked, by id, whatever page they are on. */
export interface Picking<T> {
  picked: ReadonlySet<number>;
  onPick: (picked: ReadonlySet<number>) => void;
  id: (row: T) => number;
  /** What a row is called, for the name of its box. */
  name: (row: T) => string;
}

/** The column of boxes before all others; that in its head picks the page, or lets it go. */
export function pickColumn<T>(picking: Picking<T>, rows: readonly T[], t: Translate): Column<T> {
  const { picked, onPick, id, name } = picking;
  const here = rows.filter((row) => picked.has(id(row))).length;
  const set = (ids: readonly number[], on: boolean) => {
    const next = new Set(picked);
    for (const one of ids) {
      if (on) next.add(one);
      else next.delete(one);
    }
    onPick(next);
  };
  return {
    id: 'pick',
    header: t('table.pick'),
    fixed: 'start',
    width: 'fit',
    card: 'pick',
    head: (
      <label className={styles.box}>
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={t('table.pickPage')}
          checked={rows.length > 0 && here === rows.length}
          ref={(box) => {
            if (box) box.indeterminate = here > 0 && here < rows.length;
          }}
          onChange={(event) => set(rows.map(id), event.target.checked)}
        />
      </label>
    ),
    cell: (row) => (
      <label className={styles.box}>
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={t('table.pickRow', { name: name(row) })}
          checked={picked.has(id(row))}
          onChange={(event) => set([id(row)], event.target.checked)}
        />
      </label>
    ),
  };
}
