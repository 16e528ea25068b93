import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CannedReply, WhatsAppTemplate } from '@/shared/api/whatsapp';
import { request } from '@/shared/api/request';
import type { Page } from '@/shared/api/types';

export const templatesQuery = (channel?: number) =>
  queryOptions({
    queryKey: ['whatsapp', 'templates', channel],
    queryFn: async ({ signal }) =>
      (
        await request<Page<WhatsAppTemplate>>('GET', '/api/whatsapp/templates', {
          query: { channel },
          signal,
        })
      ).results,
    staleTime: 60_000,
  });

/** Asks the providers which templates there are now. */
export function useSyncTemplates() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request('POST', '/api/whatsapp/templates/sync'),
    onSettled: () => client.invalidateQueries({ queryKey: ['whatsapp', 'templates'] }),
  });
}

export const repliesQuery = queryOptions({
  queryKey: ['whatsapp', 'replies'],
  queryFn: async ({ signal }) =>
    (await request<Page<CannedReply>>('GET', '/api/whatsapp/replies', { signal })).results,
  staleTime: 300_000,
});

/** An answer that is kept to be sent again, or one that is not any more. */
export function useReplies() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (work: { shortcut: string; text: string } | { remove: number }) =>
      'remove' in work
        ? request('DELETE', `/api/whatsapp/replies/${work.remove}`)
        : request<CannedReply>('POST', '/api/whatsapp/replies', { json: work }),
    onSettled: () => client.invalidateQueries({ queryKey: repliesQuery.queryKey }),
  });
}
