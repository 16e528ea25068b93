import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';

export function useRevokeInvitation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => request('DELETE', `/api/invitations/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['invitations'] }),
  });
}
