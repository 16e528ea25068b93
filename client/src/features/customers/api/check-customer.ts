import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { CustomerMatch } from '@/shared/api/types';

/** Who has these already; asked while they are typed. */
export const checkQuery = (who: { phone?: string; email?: string; name?: string }) =>
  queryOptions({
    queryKey: ['customers', 'check', who],
    queryFn: async ({ signal }) =>
      (
        await request<{ matches: CustomerMatch[] }>('GET', '/api/crm/customers/check', {
          query: who,
          signal,
        })
      ).matches,
    placeholderData: keepPreviousData,
  });
