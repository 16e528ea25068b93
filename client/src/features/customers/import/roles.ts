import type { ImportMapping } from '@/shared/api/types';

/** What one column is. */
export const roles = ['name', 'phones', 'emails', 'tags', 'status', 'detail', 'skip'] as const;
export type Role = (typeof roles)[number];

const LONGEST = 60;

/** Each column's role, as a mapping has it; before anybody chose, what has a head and no other role is kept as a detail. */
export function rolesOf(mapping: ImportMapping, columns: readonly string[], chosen: boolean): Role[] {
  const details = Object.values(mapping.details ?? {});
  return columns.map((head, place) => {
    for (const role of ['name', 'phones', 'emails', 'tags'] as const)
      if (mapping[role]?.includes(place)) return role;
    if (mapping.status === place) return 'status';
    if (details.includes(place)) return 'detail';
    return !chosen && head.trim() ? 'detail' : 'skip';
  });
}

/** One role more; there is one status. */
export function withRole(all: readonly Role[], place: number, role: Role): Role[] {
  return all.map((one, index) =>
    index === place ? role : role === 'status' && one === 'status' ? 'skip' : one,
  );
}

/** The mapping that the engine takes, or nothing where no column says who it is. */
export function mappingOf(all: readonly Role[], columns: readonly string[]): ImportMapping | null {
  const places = (role: Role) => all.flatMap((one, place) => (one === role ? [place] : []));
  const [name, phones, emails] = [places('name'), places('phones'), places('emails')];
  if (name.length + phones.length + emails.length === 0) return null;
  const details: Record<string, number> = {};
  for (const place of places('detail')) details[freeName(details, columns[place] ?? '', place)] = place;
  const status = places('status')[0];
  return { name, phones, emails, tags: places('tags'), ...(status !== undefined && { status }), details };
}

/** Two columns of the same head are two details. */
function freeName(taken: Record<string, number>, head: string, place: number): string {
  const name = head.trim().slice(0, LONGEST) || `#${place + 1}`;
  return Object.hasOwn(taken, name) ? `${name.slice(0, LONGEST - 6)} #${place + 1}` : name;
}
