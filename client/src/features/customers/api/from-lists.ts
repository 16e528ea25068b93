import type { QueryClient } from '@tanstack/react-query';
import type { Customer, CustomerRow, Page } from '@/shared/api/types';

/** What a list that was looked at knows of a customer; what only the card has is empty. */
export function fromLists(client: QueryClient, id: number): Customer | undefined {
  for (const [, page] of client.getQueriesData<Page<CustomerRow>>({ queryKey: ['customers', 'list'] })) {
    const row = page?.results.find((one) => one.id === id);
    if (row)
      return {
        ...row,
        identities: [],
        details: {},
        notes_count: 0,
        open_tasks: 0,
        stage_reason: '',
        stage_since: row.updated_at,
        needs: { city: null, rooms: null, budget: null },
        merged_into: null,
      };
  }
  return undefined;
}
