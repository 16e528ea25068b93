import { columnOf, movedTo, openColumns, type BoardColumn } from './board-days';

const zone = 'Asia/Jerusalem';
// A Sunday, ten in the morning in Jerusalem.
const sunday = Date.parse('2026-11-22T08:00:00Z');
const friday = Date.parse('2026-11-27T08:00:00Z');

test.each<[string, number, BoardColumn]>([
  ['2026-11-22T07:59:00Z', sunday, 'overdue'],
  ['2026-11-22T21:59:00Z', sunday, 'today'],
  ['2026-11-22T22:00:00Z', sunday, 'tomorrow'],
  ['2026-11-24T08:00:00Z', sunday, 'week'],
  ['2026-11-28T21:59:00Z', sunday, 'week'],
  ['2026-11-28T22:00:00Z', sunday, 'later'],
  ['2026-11-28T08:00:00Z', friday, 'tomorrow'],
  ['2026-11-29T08:00:00Z', friday, 'later'],
])('%s stands, seen from %i, in %s', (due, now, column) => {
  expect(columnOf(due, now, zone)).toBe(column);
});

test.each<[BoardColumn, number, string]>([
  ['today', sunday, '2026-11-22T12:30:00.000Z'],
  ['tomorrow', sunday, '2026-11-23T12:30:00.000Z'],
  ['week', sunday, '2026-11-24T12:30:00.000Z'],
  ['later', sunday, '2026-11-29T12:30:00.000Z'],
  ['later', friday, '2026-11-29T12:30:00.000Z'],
  // Half past two has passed.
  ['today', sunday + 6 * 3_600_000, '2026-11-22T15:00:00.000Z'],
])('moved into %s it keeps its hour', (column, now, due) => {
  const moved = movedTo({ due_at: '2026-11-10T12:30:00Z' }, column, now, zone);
  expect(moved).toBe(due);
});

test('what is moved into a column stands there', () => {
  for (const now of [0, 1, 2, 3, 4, 5, 6].map((day) => sunday + day * 86_400_000))
    for (const column of openColumns(now, zone))
      expect(columnOf(movedTo({ due_at: '2026-11-10T12:30:00Z' }, column, now, zone), now, zone)).toBe(
        column,
      );
});
