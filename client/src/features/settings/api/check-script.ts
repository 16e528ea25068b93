import { queryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { ScriptCheck } from '@/shared/api/types';

/** A check is a question, not a change: the same source has the same problems. */
export const scriptCheckQuery = (source: string) =>
  queryOptions({
    queryKey: ['business', 'script-check', source],
    queryFn: ({ signal }) =>
      request<ScriptCheck>('POST', '/api/business/script/check', { json: { source }, signal }),
    staleTime: Infinity,
    gcTime: 30_000,
  });
