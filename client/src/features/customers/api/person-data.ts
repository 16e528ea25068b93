import { useMutation } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import { download } from '@/shared/table/csv';

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
