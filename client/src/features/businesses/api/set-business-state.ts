import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';

export type StateChange = 'deactivate' | 'reactivate' | 'restore';

export function useSetBusinessState() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, change }: { id: number; change: StateChange }) =>
      request('POST', `/api/businesses/${id}/${change}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['businesses'] }),
  });
}
