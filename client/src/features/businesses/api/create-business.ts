import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Business, NewBusiness } from '@/shared/api/types';

export function useCreateBusiness() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (json: NewBusiness) => request<Business>('POST', '/api/businesses', { json }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['businesses'] }),
  });
}
