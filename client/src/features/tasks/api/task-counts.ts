import { queryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { TaskCounts } from '@/shared/api/types';

/** What becomes overdue does so without news: it is asked again each minute. */
export const taskCountsQuery = queryOptions({
  queryKey: ['tasks', 'counts'],
  queryFn: ({ signal }) => request<TaskCounts>('GET', '/api/tasks/counts', { signal }),
  refetchInterval: 60_000,
});
