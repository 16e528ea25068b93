import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Locale, Me } from '@/shared/api/types';
import { meQuery } from '@/shared/session/me';

export function useUpdateMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (json: { name?: string; locale?: Locale; phone?: string }) =>
      request<Me>('PATCH', '/auth/me', { json }),
    onSuccess: (me) => client.setQueryData(meQuery.queryKey, me),
  });
}
