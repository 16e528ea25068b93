import { useState, type FocusEvent, type KeyboardEvent, type MouseEvent } from 'react';
import { step, type Place } from './cell-keys';
import { isKey } from '../keys/shortcuts';

interface Options {
  /** With the head, which is row 0. */
  rows: number;
  columns: number;
  dir: 'rtl' | 'ltr';
  /** Brings a row (0 is the first below the head) into the page. */
  reveal: (row: number) => void;
}

/** One cell of the grid is in the tab order; arrows move it. Enter opens what is in the cell, or the row. */
export function useCellFocus({ rows, columns, dir, reveal }: Options) {
  const [at, setAt] = useState<Place>({ row: 0, column: 0 });
  const active = { row: Math.min(at.row, rows - 1), column: Math.min(at.column, columns - 1) };

  const go = (grid: HTMLElement, to: Place) => {
    setAt(to);
    const find = () => grid.querySelector<HTMLElement>(`[data-cell="${to.row}:${to.column}"]`);
    const focus = (cell: HTMLElement | null) => {
      const target = to.row === 0 ? (cell?.querySelector<HTMLElement>('button') ?? cell) : cell;
      target?.focus();
    };
    if (find()) focus(find());
    else {
      reveal(to.row - 1);
      requestAnimationFrame(() => requestAnimationFrame(() => focus(find())));
    }
  };

  return {
    active,
    grid: {
      onKeyDown: (event: KeyboardEvent<HTMLTableElement>) => {
        if (event.defaultPrevented || event.altKey) return;
        const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-cell]');
        if (!cell) return;
        const box = cell.querySelector<HTMLInputElement>('input[type="checkbox"]');
        // The box's own space bar is the browser's; on its cell it is ours.
        if (box && isKey(event, ' ') && event.target === cell) {
          event.preventDefault();
          box.click();
          return;
        }
        const { target } = event;
        if (target !== box && /^(INPUT|TEXTAREA|SELECT)$/.test((target as HTMLElement).tagName)) return;
        if (isKey(event, 'Enter') && event.target === cell) {
          const control = cell.querySelector<HTMLElement>('a, button') ?? rowLink(cell);
          if (control) {
            event.preventDefault();
            control.click();
          }
          return;
        }
        const to = step(event, placeOf(cell), { rows, columns, dir });
        if (!to) return;
        event.preventDefault();
        go(event.currentTarget, to);
      },
      onFocus: (event: FocusEvent<HTMLTableElement>) => {
        const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-cell]');
        if (cell) setAt(placeOf(cell));
      },
      // The whole row is the target of a pointer, as far as nothing in it is one itself.
      onClick: (event: MouseEvent<HTMLTableElement>) => {
        const target = event.target as HTMLElement;
        if (target.closest('a, button, input, select, label') || window.getSelection()?.toString()) return;
        const cell = target.closest<HTMLElement>('[data-cell]');
        if (cell) rowLink(cell)?.click();
      },
    },
  };
}

function placeOf(cell: HTMLElement): Place {
  const [row = 0, column = 0] = (cell.dataset.cell ?? '').split(':').map(Number);
  return { row, column };
}

function rowLink(cell: HTMLElement): HTMLElement | null {
  return cell.closest('tr')?.querySelector<HTMLElement>('[data-row-link]') ?? null;
}
