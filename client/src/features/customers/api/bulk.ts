import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request, type Query } from '@/shared/api/request';
import type { BulkDo, BulkJob, BulkResult } from '@/shared/api/types';

/** Those who are named, or all whom a filter of the list means. */
export type Whom = { ids: number[] } | { filter: Query };

/** Many at once; up to 500 are done when the answer comes, more become a job of the engine. */
export function useBulk() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (json: Whom & { do: BulkDo }) =>
      request<BulkResult>('POST', '/api/crm/customers/bulk', { json }),
    onSettled: () => client.invalidateQueries({ queryKey: ['customers'] }),
  });
}

/** How far a job is; asked each second until it is done. */
export const jobQuery = (id: number) =>
  queryOptions({
    queryKey: ['customers', 'job', id],
    queryFn: ({ signal }) => request<BulkJob>('GET', `/api/crm/jobs/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data?.finished_at ? false : 1000),
  });
