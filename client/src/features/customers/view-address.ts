import type { TableSearch } from '@/shared/table/search';

/** What of an address a saved view keeps: which customers, and how they are shown. */
const kept = [
  'q',
  'status',
  'stage',
  'tag',
  'assignee',
  'reached',
  'from',
  'to',
  'sort',
  'cols',
  'density',
  'limit',
] as const;

export function viewOf(search: TableSearch): Record<string, string> {
  return Object.fromEntries(
    kept.flatMap((name) => (search[name] === undefined ? [] : [[name, String(search[name])]])),
  );
}

/** Leads from any address to the view: what it does not name is taken away. */
export function patchOf(
  view: Readonly<Record<string, unknown>>,
): Record<string, string | number | undefined> {
  return Object.fromEntries(
    kept.map((name) => {
      const value = view[name];
      if (typeof value !== 'string' && typeof value !== 'number') return [name, undefined];
      return [name, name === 'limit' ? Number(value) : String(value)];
    }),
  );
}

export function sameView(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, string>>) {
  return kept.every((name) => String(one[name] ?? '') === (other[name] ?? ''));
}
