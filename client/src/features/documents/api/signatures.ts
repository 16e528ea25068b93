import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Signing, SigningChannel } from '@/shared/api/documents';
import { request, type Query } from '@/shared/api/request';
import type { Page } from '@/shared/api/types';

export const signaturesQuery = (query: Query) =>
  queryOptions({
    queryKey: ['documents', 'signatures', 'list', query],
    queryFn: ({ signal }) => request<Page<Signing>>('GET', '/api/signatures', { query, signal }),
    placeholderData: keepPreviousData,
  });

/** One request to sign, with what happened to it. */
export const signatureQuery = (id: number) =>
  queryOptions({
    queryKey: ['documents', 'signatures', 'one', id],
    queryFn: ({ signal }) => request<Signing>('GET', `/api/signatures/${id}`, { signal }),
  });

export const signedPdf = (id: number) => (signal?: AbortSignal) =>
  request<Blob>('GET', `/api/signatures/${id}/pdf`, { signal });

interface Send {
  customer: number;
  document_id: number;
  channel: SigningChannel;
  to?: string;
  days?: number;
}

/** A paper is sent to be signed, asked for again, or called off. */
export function useSigning() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (work: Send | { id: number; do: 'remind' | 'cancel' }) => {
      if ('do' in work) return request<Signing>('POST', `/api/signatures/${work.id}/${work.do}`);
      const { customer, ...json } = work;
      return request<Signing>('POST', `/api/customers/${customer}/signatures`, { json });
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['documents'] }),
        client.invalidateQueries({ queryKey: ['customers'] }),
      ]),
  });
}
