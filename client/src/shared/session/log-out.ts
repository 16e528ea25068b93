import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '../api/request';
import { unsubscribe } from '../push/push';
import { session } from './session';

/** The session is closed here first, so that nothing asks with a token that has just ended. */
export function useLogOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      // Who sits here next is not told of what was this person's.
      await unsubscribe().catch(() => undefined);
      session.closed();
      return request<undefined>('POST', '/auth/logout', { open: true });
    },
    // The pages that show the cache are left first: what they need no more they do not ask for again.
    onSettled: () => {
      window.setTimeout(() => client.clear());
    },
  });
}
