import { queryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { ApiToken, Page } from '@/shared/api/types';

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => request<Page<ApiToken>>('GET', '/auth/tokens', { signal }),
});
