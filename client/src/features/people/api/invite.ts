import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { MadeInvitation, Role } from '@/shared/api/types';

/** The link is in this one answer only; the engine keeps its hash. */
export function useInvite() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (json: { email: string; name: string; role: Role }) =>
      request<MadeInvitation>('POST', '/api/invitations', { json }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['invitations'] }),
  });
}
