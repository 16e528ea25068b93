import type { Column } from './types';

export interface ColumnsState {
  order: string[];
  hidden: ReadonlySet<string>;
}

/** `-summary.caller` in an address: the order of the movable columns, hidden ones with a minus. */
export function readColumns<T>(columns: readonly Column<T>[], text: string | undefined): ColumnsState {
  const movable = columns.filter((column) => !column.fixed);
  if (!text)
    return {
      order: movable.map((column) => column.id),
      hidden: new Set(movable.filter((column) => column.hidden).map((column) => column.id)),
    };
  const known = new Set(movable.map((column) => column.id));
  const order: string[] = [];
  const hidden = new Set<string>();
  for (const word of text.split('.')) {
    const id = word.replace(/^-/, '');
    if (!known.has(id) || order.includes(id)) continue;
    order.push(id);
    if (word.startsWith('-')) hidden.add(id);
  }
  // A column that the address does not know is one that came later.
  for (const column of movable) {
    if (order.includes(column.id)) continue;
    order.push(column.id);
    if (column.hidden) hidden.add(column.id);
  }
  return { order, hidden };
}

export function writeColumns<T>(columns: readonly Column<T>[], state: ColumnsState): string | undefined {
  const text = (one: ColumnsState) => one.order.map((id) => (one.hidden.has(id) ? `-${id}` : id)).join('.');
  const now = text(state);
  return now === text(readColumns(columns, undefined)) ? undefined : now;
}

/** All columns in their order: those fixed at the start, the movable ones, those fixed at the end. */
export function fullOrder<T>(columns: readonly Column<T>[], state: ColumnsState): string[] {
  const fixed = (side: 'start' | 'end') =>
    columns.filter((column) => column.fixed === side).map((column) => column.id);
  return [...fixed('start'), ...state.order, ...fixed('end')];
}

export function moved(order: readonly string[], id: string, by: -1 | 1): string[] {
  const from = order.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= order.length) return [...order];
  const next = [...order];
  next.splice(from, 1);
  next.splice(to, 0, id);
  return next;
}
