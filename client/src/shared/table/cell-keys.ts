import { isKey } from '../keys/shortcuts';

export interface Place {
  row: number;
  column: number;
}

/**
 * Where an arrow leads in a grid of `rows` by `columns`, or null when the key leads nowhere. Right to left the next column
 * is at the left, so the left arrow goes on.
 */
export function step(
  event: { key: string; ctrlKey: boolean; metaKey: boolean },
  at: Place,
  size: { rows: number; columns: number; dir: 'rtl' | 'ltr' },
): Place | null {
  const onward = size.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  const back = size.dir === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
  const mod = event.ctrlKey || event.metaKey;
  let { row, column } = at;
  if (isKey(event, onward)) column += 1;
  else if (isKey(event, back)) column -= 1;
  else if (isKey(event, 'ArrowDown')) row += 1;
  else if (isKey(event, 'ArrowUp')) row -= 1;
  else if (isKey(event, 'Home')) {
    column = 0;
    if (mod) row = 0;
  } else if (isKey(event, 'End')) {
    column = size.columns - 1;
    if (mod) row = size.rows - 1;
  } else if (isKey(event, 'PageDown')) row += 10;
  else if (isKey(event, 'PageUp')) row -= 10;
  else return null;
  const within = (value: number, count: number) => Math.min(Math.max(value, 0), count - 1);
  return { row: within(row, size.rows), column: within(column, size.columns) };
}
