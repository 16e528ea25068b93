import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { DocumentDetail, DocumentDraft, DocumentRow, PayMethod } from '@/shared/api/documents';
import { request, type Query } from '@/shared/api/request';
import type { Page } from '@/shared/api/types';
import { drawerOf, type Drawer } from '../drawers';

const key = (drawer: Drawer, id: number) => ['documents', drawer, 'one', id] as const;
const path = (drawer: Drawer, id: number, more = '') => `/api/${drawer}/${id}${more}`;

export const listDocuments = (drawer: Drawer, query: Query, signal?: AbortSignal) =>
  request<Page<DocumentRow>>('GET', `/api/${drawer}`, { query, signal });

export const documentsQuery = (drawer: Drawer, query: Query) =>
  queryOptions({
    queryKey: ['documents', drawer, 'list', query],
    queryFn: ({ signal }) => listDocuments(drawer, query, signal),
    placeholderData: keepPreviousData,
  });

export const documentQuery = (drawer: Drawer, id: number) =>
  queryOptions({
    queryKey: key(drawer, id),
    queryFn: ({ signal }) => request<DocumentDetail>('GET', path(drawer, id), { signal }),
  });

export const pdfOf = (drawer: Drawer, id: number) => (signal: AbortSignal) =>
  request<Blob>('GET', path(drawer, id, '/pdf'), { signal });

export function useCreateDocument() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ customer, drawer, draft }: { customer: number; drawer: Drawer; draft: DocumentDraft }) =>
      request<DocumentDetail>('POST', `/api/customers/${customer}/${drawer}`, { json: draft }),
    onSettled: () => client.invalidateQueries({ queryKey: ['documents'] }),
  });
}

type Work =
  | { do: 'save'; draft: DocumentDraft; version: number }
  | { do: 'issue' }
  | { do: 'credit'; reason: string }
  | { do: 'pay'; amount: number; method: PayMethod; on: string; note: string };

/** One paper: changed while it is a draft, issued, credited, paid. Another paper may come of it. */
export function useDocument(drawer: Drawer, id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (work: Work) => {
      switch (work.do) {
        case 'save':
          return request<DocumentDetail>('PATCH', path(drawer, id), {
            json: { ...work.draft, version: work.version },
          });
        case 'issue':
          return request<DocumentDetail>('POST', path(drawer, id, '/issue'));
        case 'credit':
          return request<DocumentDetail>('POST', path(drawer, id, '/credit'), {
            json: { reason: work.reason },
          });
        case 'pay': {
          const { amount, method, on, note } = work;
          return request<DocumentDetail>('POST', path(drawer, id, '/payments'), {
            json: { amount, method, on, ...(note && { note }) },
          });
        }
      }
    },
    onSuccess: (paper) => client.setQueryData(documentQuery(drawerOf(paper.kind), paper.id).queryKey, paper),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['documents'] }),
        client.invalidateQueries({ queryKey: ['customers'] }),
      ]),
  });
}

export function useRemoveDocument() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ drawer, id, leaving }: { drawer: Drawer; id: number; leaving?: boolean }) =>
      request('DELETE', path(drawer, id), { keepalive: leaving }),
    onSettled: () => client.invalidateQueries({ queryKey: ['documents'] }),
  });
}
