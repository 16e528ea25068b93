import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import { businessQuery } from './get-business';

export function useAddNumber() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (number: string) =>
      request<{ number: string }>('POST', '/api/business/numbers', { json: { number } }),
    onSuccess: () => client.invalidateQueries({ queryKey: businessQuery.queryKey }),
  });
}
