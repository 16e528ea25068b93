import { fullOrder, moved, readColumns, writeColumns } from './columns-state';
import type { Column } from './types';

const column = (id: string, more: Partial<Column<unknown>> = {}): Column<unknown> => ({
  id,
  header: id,
  cell: () => id,
  ...more,
});
const columns = [
  column('name', { fixed: 'start' }),
  column('when'),
  column('status'),
  column('summary', { hidden: true }),
  column('actions', { fixed: 'end' }),
];

test('what is not said is as the page wants it, and says nothing in the address', () => {
  const state = readColumns(columns, undefined);
  expect(state.order).toEqual(['when', 'status', 'summary']);
  expect([...state.hidden]).toEqual(['summary']);
  expect(writeColumns(columns, state)).toBeUndefined();
  expect(fullOrder(columns, state)).toEqual(['name', 'when', 'status', 'summary', 'actions']);
});

test('an order goes into the address and comes back', () => {
  const state = { order: moved(['when', 'status', 'summary'], 'summary', -1), hidden: new Set(['when']) };
  const text = writeColumns(columns, state);
  expect(text).toBe('-when.summary.status');
  expect(readColumns(columns, text)).toEqual(state);
});

test('unknown and doubled columns of an old address are dropped, new ones appended', () => {
  const state = readColumns(columns, 'status.gone.status.name');
  expect(state.order).toEqual(['status', 'when', 'summary']);
});

test('the first cannot move before itself', () => {
  expect(moved(['a', 'b'], 'a', -1)).toEqual(['a', 'b']);
});
