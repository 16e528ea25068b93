import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';

/** Soft: the engine can bring it back, which is what undo does. */
export function useDeleteBusiness() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => request('DELETE', `/api/businesses/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['businesses'] }),
  });
}
