import { queryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { ScriptBody } from '@/shared/api/types';

export const scriptQuery = queryOptions({
  queryKey: ['business', 'script'],
  queryFn: ({ signal }) => request<ScriptBody>('GET', '/api/business/script', { signal }),
  // What is being edited must not change under the hands.
  staleTime: Infinity,
  gcTime: 0,
});
