import type { BulkDo, CustomerRow } from '@/shared/api/types';

export type Back = { ids: number[]; do: BulkDo } | { restore: number[] };

/** What undoes a change of many: each goes back to what it was, those alike together. */
export function wayBack(work: BulkDo, before: readonly CustomerRow[]): Back[] {
  if ('delete' in work) return [{ restore: before.map((one) => one.id) }];
  if ('tag' in work)
    return some(
      before.filter((one) => !one.tags.includes(work.tag)),
      { untag: work.tag },
    );
  if ('untag' in work)
    return some(
      before.filter((one) => one.tags.includes(work.untag)),
      { tag: work.untag },
    );
  if ('assign' in work)
    return groups(before, (one) => one.assignee?.id ?? 0).flatMap(([assign, rows]) =>
      assign === work.assign ? [] : some(rows, { assign }),
    );
  return groups(before, (one) => one.status).flatMap(([status, rows]) =>
    status === work.status ? [] : some(rows, { status }),
  );
}

function some(rows: readonly CustomerRow[], work: BulkDo): Back[] {
  return rows.length > 0 ? [{ ids: rows.map((one) => one.id), do: work }] : [];
}

function groups<K>(rows: readonly CustomerRow[], key: (row: CustomerRow) => K): [K, CustomerRow[]][] {
  const found = new Map<K, CustomerRow[]>();
  for (const row of rows) found.set(key(row), [...(found.get(key(row)) ?? []), row]);
  return [...found];
}
