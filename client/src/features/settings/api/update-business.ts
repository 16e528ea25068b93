import { useMutation, useQueryClient } from '@tanstack/react-query';
import { isApiError } from '@/shared/api/error';
import { request } from '@/shared/api/request';
import type { Business, BusinessPatch } from '@/shared/api/types';
import { meQuery } from '@/shared/session/me';
import { businessQuery } from './get-business';

/** Changes the business at the version that was seen; a conflict brings the present one into the cache. */
export function useUpdateBusiness() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (json: BusinessPatch) => request<Business>('PATCH', '/api/business', { json }),
    onSuccess: (business) => {
      client.setQueryData(businessQuery.queryKey, business);
      // Its name and zone are in the frame.
      void client.invalidateQueries({ queryKey: meQuery.queryKey });
    },
    onError: (error) => {
      if (isApiError(error, 'conflict') && error.body.current)
        client.setQueryData(businessQuery.queryKey, error.body.current as Business);
    },
  });
}
