import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';

/** Out of sight for thirty days, and back by `restore`. */
export function useRemoveCustomer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, back }: { id: number; back?: boolean }) =>
      back
        ? request('POST', `/api/crm/customers/${id}/restore`)
        : request('DELETE', `/api/crm/customers/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['customers'] }),
  });
}
