import { queryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Business } from '@/shared/api/types';

export const businessQuery = queryOptions({
  queryKey: ['business', 'current'],
  queryFn: ({ signal }) => request<Business>('GET', '/api/business', { signal }),
});
