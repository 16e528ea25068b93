import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Customer, CustomerStage } from '@/shared/api/types';
import { customerKey, customerQuery } from './get-customer';

export function useMoveStage(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (json: { stage: CustomerStage; reason?: string }) =>
      request<Customer>('POST', `/api/crm/customers/${id}/stage`, { json }),
    onSuccess: (customer) => client.setQueryData(customerQuery(id).queryKey, customer),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: customerKey(id) });
      void client.invalidateQueries({ queryKey: ['customers', 'list'] });
    },
  });
}
