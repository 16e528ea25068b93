import { queryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { InvitationLook } from '@/shared/api/types';

export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['auth', 'invitation', token],
    queryFn: ({ signal }) =>
      request<InvitationLook>('POST', '/auth/invitations/look', { json: { token }, signal, open: true }),
    retry: false,
    staleTime: Infinity,
  });
