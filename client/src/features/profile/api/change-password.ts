import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';

/** Ends every other session. */
export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (json: { current: string; new: string }) => request('POST', '/auth/password', { json }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  });
}
