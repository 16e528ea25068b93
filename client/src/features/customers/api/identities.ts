import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { IdentityKind } from '@/shared/api/types';
import { customerKey } from './get-customer';

function useAfter(id: number) {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: customerKey(id) });
    void client.invalidateQueries({ queryKey: ['customers', 'list'] });
  };
}

export function useAddIdentity(id: number) {
  const after = useAfter(id);
  return useMutation({
    mutationFn: (json: { kind: IdentityKind; value: string }) =>
      request('POST', `/api/crm/customers/${id}/identities`, { json }),
    onSettled: after,
  });
}

export function useRemoveIdentity(id: number) {
  const after = useAfter(id);
  return useMutation({
    mutationFn: (identity: number) => request('DELETE', `/api/crm/customers/${id}/identities/${identity}`),
    onSettled: after,
  });
}
