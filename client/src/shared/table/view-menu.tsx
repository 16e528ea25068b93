import { ArrowDown, ArrowUp, SlidersHorizontal } from 'lucide-react';
import { useLocale } from '../i18n/use-locale';
import { Button, IconButton } from '../ui/button';
import { SelectField } from '../ui/field';
import forms from '../ui/form.module.css';
import { Panel } from '../ui/panel';
import { moved, writeColumns, type ColumnsState } from './columns-state';
import styles from './view-menu.module.css';
import type { Column } from './types';
import type { TableState } from './use-table-state';

interface Props<T> {
  columns: readonly Column<T>[];
  state: TableState;
  look: ColumnsState;
}

/** How the table looks: sort (a phone shows no heads), density, columns in sight and their order. */
export function ViewMenu<T>({ columns, state, look }: Props<T>) {
  const { t } = useLocale();
  const { search } = state;
  const change = (next: ColumnsState) => state.patch({ cols: writeColumns(columns, next) });
  const toggle = (id: string) => {
    const hidden = new Set(look.hidden);
    if (!hidden.delete(id)) hidden.add(id);
    change({ ...look, hidden });
  };
  const sortable = columns.filter((column) => column.sort);

  return (
    <Panel
      label={t('table.view')}
      trigger={
        <Button>
          <SlidersHorizontal size={16} aria-hidden />
          {t('table.view')}
        </Button>
      }
    >
      {sortable.length > 0 && (
        <SelectField
          label={t('table.sort')}
          value={search.sort ?? ''}
          onChange={(event) => state.patch({ sort: event.target.value || undefined })}
        >
          <option value="">{t('table.sortNone')}</option>
          {sortable.flatMap((column) => [
            <option key={column.id} value={column.sort}>
              {column.header}: {t('table.asc')}
            </option>,
            <option key={`-${column.id}`} value={`-${column.sort}`}>
              {column.header}: {t('table.desc')}
            </option>,
          ])}
        </SelectField>
      )}
      <SelectField
        label={t('table.density')}
        value={search.density ?? ''}
        onChange={(event) => state.patch({ density: event.target.value || undefined })}
      >
        <option value="">{t('table.comfortable')}</option>
        <option value="compact">{t('table.compact')}</option>
      </SelectField>
      <fieldset>
        <legend className={forms.legend}>{t('table.columns')}</legend>
        <ul>
          {look.order.map((id, index) => {
            const name = columns.find((column) => column.id === id)?.header ?? id;
            return (
              <li key={id} className={styles.column}>
                <label>
                  <input type="checkbox" checked={!look.hidden.has(id)} onChange={() => toggle(id)} />
                  {name}
                </label>
                <IconButton
                  small
                  label={t('table.moveUp', { name })}
                  disabled={index === 0}
                  onClick={() => change({ ...look, order: moved(look.order, id, -1) })}
                >
                  <ArrowUp size={14} aria-hidden />
                </IconButton>
                <IconButton
                  small
                  label={t('table.moveDown', { name })}
                  disabled={index === look.order.length - 1}
                  onClick={() => change({ ...look, order: moved(look.order, id, 1) })}
                >
                  <ArrowDown size={14} aria-hidden />
                </IconButton>
              </li>
            );
          })}
        </ul>
      </fieldset>
      <Button
        small
        look="quiet"
        onClick={() => state.patch({ cols: undefined, density: undefined, sort: undefined })}
      >
        {t('table.reset')}
      </Button>
    </Panel>
  );
}
