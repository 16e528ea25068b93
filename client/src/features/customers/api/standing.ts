import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from '@/shared/api/request';
import type { Consent, NewConsent, Page, Standing, StandingPatch } from '@/shared/api/types';
import { customerKey } from './get-customer';

/** What a customer wants, and what may go out now; hours pass, so it is asked again. */
export const standingQuery = (id: number) =>
  queryOptions({
    queryKey: [...customerKey(id), 'standing'],
    queryFn: ({ signal }) => request<Standing>('GET', `/api/customers/${id}/standing`, { signal }),
    staleTime: 60_000,
  });

export const consentsQuery = (id: number) =>
  queryOptions({
    queryKey: [...customerKey(id), 'consents'],
    queryFn: ({ signal }) => request<Page<Consent>>('GET', `/api/customers/${id}/consents`, { signal }),
  });

export type WishesWork =
  | { do: 'note'; patch: Omit<StandingPatch, 'registry_checked'> & { registry_checked?: boolean } }
  | { do: 'consent'; consent: NewConsent }
  | { do: 'revoke'; consent: number };

export function useWishes(id: number) {
  const client = useQueryClient();
  const path = `/api/customers/${id}`;
  return useMutation({
    mutationFn: (work: WishesWork) => {
      if (work.do === 'note') return request('PATCH', `${path}/standing`, { json: work.patch });
      if (work.do === 'consent') return request('POST', `${path}/consents`, { json: work.consent });
      return request('DELETE', `${path}/consents/${work.consent}`);
    },
    onSettled: () => client.invalidateQueries({ queryKey: customerKey(id) }),
  });
}
