import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { TableSearch } from './search';

export interface TableState {
  search: TableSearch;
  page: number;
  limit: number;
  /** Changes the address; anything but the page begins at the first page again. */
  patch: (next: Partial<Record<keyof TableSearch, string | number | undefined>>) => void;
}

const LOOKS = new Set(['cols', 'density', 'page', 'task', 'customer']);

/** A list's state is its address: it can be sent, reloaded and gone back to. */
export function useTableState(): TableState {
  const search = useSearch({ strict: false }) as TableSearch;
  const navigate = useNavigate();
  const patch = useCallback<TableState['patch']>(
    (next) => {
      const restart = Object.keys(next).some((name) => !LOOKS.has(name));
      void navigate({
        to: '.',
        search: (before: Record<string, unknown>) => {
          const all = { ...before, ...(restart && { page: undefined }), ...next };
          return Object.fromEntries(
            Object.entries(all).filter(([, value]) => value !== undefined && value !== ''),
          );
        },
        replace: true,
        resetScroll: false,
      } as never);
    },
    [navigate],
  );
  return { search, page: search.page ?? 1, limit: search.limit ?? 25, patch };
}
