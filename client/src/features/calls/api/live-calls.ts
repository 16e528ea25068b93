import { queryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { CallDetail } from '@/shared/api/types';

/** The truth about running calls. The socket only hints that it has changed; without a socket this is asked every two seconds. */
export const liveCallsQuery = queryOptions({
  queryKey: ['calls', 'live'],
  queryFn: ({ signal }) => request<{ results: CallDetail[] }>('GET', '/api/calls/live', { signal }),
  staleTime: 1000,
});
