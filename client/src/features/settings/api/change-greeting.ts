import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Business } from '@/shared/api/types';
import { businessQuery } from './get-business';

export type GreetingChange = { upload: Blob } | { speak: string } | 'reset';

/** A greeting is an uploaded sound, words for the engine to speak, or the script's own first words. */
export function useChangeGreeting() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: GreetingChange) => {
      if (change === 'reset') return request<Business>('DELETE', '/api/business/greeting');
      if ('upload' in change)
        return request<Business>('PUT', '/api/business/greeting', { blob: change.upload });
      return request<Business>('POST', '/api/business/greeting/speak', { json: { text: change.speak } });
    },
    onSuccess: (business) => client.setQueryData(businessQuery.queryKey, business),
  });
}
