import type { QueryClient } from '@tanstack/react-query';
import { customerQuery } from './get-customer';
import { timelineQuery } from './timeline';

/** What the card shows first, fetched while the pointer or the focus is still on its link. */
export function prefetchCustomer(client: QueryClient, id: number) {
  if (!Number.isSafeInteger(id)) return;
  void client.prefetchQuery(customerQuery(id));
  void client.prefetchInfiniteQuery(timelineQuery(id));
}
