import { queryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Page, Session } from '@/shared/api/types';

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => request<Page<Session>>('GET', '/auth/sessions', { signal }),
});
