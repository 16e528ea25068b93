import { useMutation } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Login } from '@/shared/api/types';

export function useAcceptInvitation() {
  return useMutation({
    mutationFn: (json: { token: string; name: string; password: string }) =>
      request<Login>('POST', '/auth/invitations/accept', { json, open: true }),
  });
}
