import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Page, TagInUse } from '@/shared/api/types';

/** Tags of the business that begin like this, those of most customers first. */
export const tagsQuery = (q: string) =>
  queryOptions({
    queryKey: ['customers', 'tags', q],
    queryFn: ({ signal }) =>
      request<Page<TagInUse>>('GET', '/api/crm/tags', { query: { q, limit: 10 }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
