import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { PersonErased } from '@/shared/api/types';
import { download } from '@/shared/table/csv';
import { customerKey } from './get-customer';

/** All that is kept of a person, as a file for who asked what is known of him. */
export function useHandOut() {
  return useMutation({
    mutationFn: async (id: number) => {
      const data = await request<unknown>('GET', `/api/crm/customers/${id}/data`);
      download(
        `customer-${id}.json`,
        new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }),
      );
    },
  });
}

/** The end of all that; what went is told by number. */
export function useErase() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => request<PersonErased>('DELETE', `/api/crm/customers/${id}/data`),
    onSuccess: (_, id) => {
      client.removeQueries({ queryKey: customerKey(id) });
      return client.invalidateQueries({ queryKey: ['customers'] });
    },
  });
}
