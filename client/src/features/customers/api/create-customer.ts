import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Customer, NewCustomer } from '@/shared/api/types';

export function useCreateCustomer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (json: NewCustomer) => request<Customer>('POST', '/api/crm/customers', { json }),
    onSettled: () => client.invalidateQueries({ queryKey: ['customers', 'list'] }),
  });
}
