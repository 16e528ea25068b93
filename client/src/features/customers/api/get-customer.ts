import { queryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Customer } from '@/shared/api/types';

/** Everything of one customer is below this key: a hint that names them makes all of it stale. */
export const customerKey = (id: number) => ['customers', 'one', String(id)] as const;

export const customerQuery = (id: number) =>
  queryOptions({
    queryKey: [...customerKey(id), 'card'],
    queryFn: ({ signal }) => request<Customer>('GET', `/api/crm/customers/${id}`, { signal }),
  });
