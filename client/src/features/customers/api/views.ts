import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Page, SavedView } from '@/shared/api/types';

const PATH = '/api/crm/views';

export const viewsQuery = queryOptions({
  queryKey: ['customers', 'views'],
  queryFn: async ({ signal }) => (await request<Page<SavedView>>('GET', PATH, { signal })).results,
  staleTime: 60_000,
});

export function useSaveView() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (json: { name: string; query: Record<string, unknown>; shared: boolean }) =>
      request<SavedView>('POST', PATH, { json }),
    onSettled: () => client.invalidateQueries({ queryKey: viewsQuery.queryKey }),
  });
}

export function useRemoveView() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => request('DELETE', `${PATH}/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: viewsQuery.queryKey }),
  });
}
