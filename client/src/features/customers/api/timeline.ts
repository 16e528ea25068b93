import { infiniteQueryOptions } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { TimelineKind, TimelinePage } from '@/shared/api/types';
import { customerKey } from './get-customer';

const PAGE = 50;

/** Newest first, page after page by where the last one ended; `types` none is all. */
export const timelineQuery = (id: number, types: readonly TimelineKind[] = []) =>
  infiniteQueryOptions({
    queryKey: [...customerKey(id), 'timeline', types],
    queryFn: ({ pageParam, signal }) =>
      request<TimelinePage>('GET', `/api/customers/${id}/timeline`, {
        query: { types: types.join(','), limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? null,
  });
