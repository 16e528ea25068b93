import { queryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { CallDetail } from '@/shared/api/types';

export const callQuery = (id: string) =>
  queryOptions({
    queryKey: ['calls', 'one', id],
    queryFn: ({ signal }) => request<CallDetail>('GET', `/api/calls/${encodeURIComponent(id)}`, { signal }),
  });
