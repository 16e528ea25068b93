import { queryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { AuthOptions } from '@/shared/api/types';

export const authOptionsQuery = queryOptions({
  queryKey: ['auth', 'options'],
  queryFn: ({ signal }) => request<AuthOptions>('GET', '/auth/options', { signal, open: true }),
  staleTime: 0,
});
