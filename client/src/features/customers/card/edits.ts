import type { Assignee, Customer, CustomerPatch, CustomerStatus, Needs } from '@/shared/api/types';
import type { Key } from '@/shared/i18n/translate';

/** A change of one thing: what the engine is told, what the card shows meanwhile, and what it is in words. */
export interface Edit {
  label: Key;
  patch: CustomerPatch;
  shown: Partial<Customer>;
  /** The same thing of any version of the customer, to compare and to show. */
  of: (customer: Customer) => string;
}

export const edits = {
  name: (name: string): Edit => ({
    label: 'customers.name',
    patch: { name },
    shown: { name },
    of: (one) => one.name,
  }),
  status: (status: CustomerStatus): Edit => ({
    label: 'customers.status',
    patch: { status },
    shown: { status },
    of: (one) => one.status,
  }),
  tags: (tags: string[]): Edit => ({
    label: 'customers.tags',
    patch: { tags },
    shown: { tags },
    of: (one) => one.tags.join(', '),
  }),
  assignee: (assignee: Assignee | null): Edit => ({
    label: 'customers.assignee',
    // 0 is nobody.
    patch: { assignee_user_id: assignee?.id ?? 0 },
    shown: { assignee },
    of: (one) => one.assignee?.name ?? '',
  }),
  needs: (needs: Needs): Edit => ({
    label: 'customers.needs',
    patch: { needs },
    shown: { needs },
    of: ({ needs: { city, rooms, budget } }) => [city, rooms, budget].filter((one) => one != null).join(', '),
  }),
};

/** What takes an edit back to how the customer was before it. */
export function undone(edit: Edit, before: Customer): Edit {
  if ('name' in edit.patch) return edits.name(before.name);
  if ('status' in edit.patch) return edits.status(before.status);
  if ('tags' in edit.patch) return edits.tags(before.tags);
  if ('needs' in edit.patch) return edits.needs(before.needs);
  return edits.assignee(before.assignee ?? null);
}
