import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Business, BusinessPut } from '@/shared/api/types';
import { meQuery } from '@/shared/session/me';

export function useUpdateBusiness() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...json }: BusinessPut & { id: number }) =>
      request<Business>('PUT', `/api/businesses/${id}`, { json }),
    // Features decide what the frame shows, and the business may be the current one.
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['businesses'] }),
        client.invalidateQueries({ queryKey: ['business'] }),
        client.invalidateQueries({ queryKey: meQuery.queryKey }),
      ]),
  });
}
