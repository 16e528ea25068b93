import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import { businessQuery } from './get-business';

export function useRemoveNumber() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (number: string) => request('DELETE', `/api/business/numbers/${encodeURIComponent(number)}`),
    onSettled: () => client.invalidateQueries({ queryKey: businessQuery.queryKey }),
  });
}
