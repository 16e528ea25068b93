import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Customer, CustomerPatch } from '@/shared/api/types';
import { customerKey, customerQuery } from './get-customer';

/** Seen at once; what the engine refuses is put back. `shown` is what the card shows meanwhile, where a patch does not say it. */
export function useChangeCustomer(id: number) {
  const client = useQueryClient();
  const { queryKey } = customerQuery(id);
  return useMutation({
    mutationFn: ({ patch }: { patch: CustomerPatch; shown: Partial<Customer> }) =>
      request<Customer>('PATCH', `/api/crm/customers/${id}`, { json: patch }),
    onMutate: async ({ shown }) => {
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData(queryKey);
      client.setQueryData(queryKey, (now) => now && { ...now, ...shown });
      return { before };
    },
    onError: (_, __, kept) => {
      if (kept?.before) client.setQueryData(queryKey, kept.before);
    },
    onSuccess: (customer) => client.setQueryData(queryKey, customer),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: customerKey(id) });
      void client.invalidateQueries({ queryKey: ['customers', 'list'] });
    },
  });
}
