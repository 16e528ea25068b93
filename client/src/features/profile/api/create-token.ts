import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { MadeToken, Role } from '@/shared/api/types';
import { tokensQuery } from './list-tokens';

/** The secret is in this one answer only. */
export function useCreateToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (json: { name: string; business_id: number; role: Role }) =>
      request<MadeToken>('POST', '/auth/tokens', { json }),
    onSuccess: () => client.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
}
