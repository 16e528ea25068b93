import { queryOptions, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { request } from '../api/request';
import type { Feature, Login, Me } from '../api/types';
import { session } from './session';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => request<Me>('GET', '/auth/me', { signal }),
  staleTime: 60_000,
});

export interface Who extends Me {
  /** May change what belongs to the current business. */
  manages: boolean;
  has: (feature: Feature) => boolean;
}

/** Who is here and what they may do. Only below the frame, which has it before it shows anything. */
export function useMe(): Who {
  const { data } = useSuspenseQuery(meQuery);
  return {
    ...data,
    manages: data.business != null && (data.admin || data.business.role === 'manager'),
    has: (feature) => data.business?.features.includes(feature) ?? false,
  };
}

/** Takes a log-in in: what was cached belongs to whoever, or whichever business, was here before. */
export function useEnter(): (login: Login) => void {
  const client = useQueryClient();
  return (login) => {
    session.opened(login.expires_in);
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' });
    client.setQueryData(meQuery.queryKey, login.me);
  };
}
