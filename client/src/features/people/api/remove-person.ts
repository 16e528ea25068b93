import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';

export function useRemovePerson() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, leaving }: { userId: number; leaving: boolean }) =>
      request('DELETE', `/api/people/${userId}`, { keepalive: leaving }),
    onSettled: () => client.invalidateQueries({ queryKey: ['people'] }),
  });
}
