import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import { tokensQuery } from './list-tokens';

export function useDeleteToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, leaving }: { id: number; leaving: boolean }) =>
      request('DELETE', `/auth/tokens/${id}`, { keepalive: leaving }),
    onSettled: () => client.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
}
