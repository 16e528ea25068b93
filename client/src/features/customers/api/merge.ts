import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Customer } from '@/shared/api/types';

/** Several cards of one person become one; within thirty days they can be taken apart again. */
export function useMerge() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (json: { keep: number; merge: number[] }) =>
      request<{ id: number; customer: Customer }>('POST', '/api/crm/customers/merge', { json }),
    onSettled: () => client.invalidateQueries({ queryKey: ['customers'] }),
  });
}

export function useUnmerge() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => request('POST', `/api/crm/merges/${id}/undo`),
    onSettled: () => client.invalidateQueries({ queryKey: ['customers'] }),
  });
}
