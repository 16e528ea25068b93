import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../api/request';
import { session } from './session';

export function useLogOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<undefined>('POST', '/auth/logout', { open: true }),
    onSettled: () => {
      session.closed();
      client.clear();
    },
  });
}
