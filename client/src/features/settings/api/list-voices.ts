import { queryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Page, Voice } from '@/shared/api/types';

export const voicesQuery = queryOptions({
  queryKey: ['business', 'voices'],
  queryFn: ({ signal }) => request<Page<Voice>>('GET', '/api/voices', { signal }),
  staleTime: 60_000,
});
