import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Conversation, ConversationStatus } from '@/shared/api/whatsapp';
import { isApiError } from '@/shared/api/error';
import { request, type Query } from '@/shared/api/request';
import type { Page } from '@/shared/api/types';

const path = '/api/whatsapp/conversations';
const PAGE = 30;

/** What a list is asked for. */
export interface Asked {
  q?: string | undefined;
  status?: ConversationStatus | undefined;
  assignee?: 'me' | 'none' | undefined;
  unread?: boolean | undefined;
  customer?: number | undefined;
}

/** The newest first, page after page. */
export const conversationsQuery = (asked: Asked) =>
  infiniteQueryOptions({
    queryKey: ['whatsapp', 'list', asked],
    queryFn: ({ pageParam, signal }) =>
      request<Page<Conversation>>('GET', path, {
        query: { ...(asked as Query), page: pageParam, limit: PAGE },
        signal,
      }),
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page < last.pages ? last.page + 1 : null),
  });

export const conversationKey = (id: number) => ['whatsapp', 'one', String(id)] as const;

export const conversationQuery = (id: number) =>
  queryOptions({
    queryKey: [...conversationKey(id), 'head'],
    queryFn: ({ signal }) => request<Conversation>('GET', `${path}/${id}`, { signal }),
  });

export interface Change {
  status?: ConversationStatus;
  assignee_user_id?: number | null;
  snoozed_until?: string;
  handled_by?: 'person' | 'assistant';
}

/** Changes a conversation at the version that was seen; who has it, how it stands, who answers. */
export function useChangeConversation(id: number) {
  const client = useQueryClient();
  const keep = (now: Conversation) => client.setQueryData(conversationQuery(id).queryKey, now);
  return useMutation({
    mutationFn: ({ change, version }: { change: Change; version: number }) =>
      request<Conversation>('PATCH', `${path}/${id}`, { json: { ...change, version } }),
    onSuccess: keep,
    onError: (error) => {
      if (isApiError(error, 'conflict') && error.body.current) keep(error.body.current as Conversation);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['whatsapp', 'list'] }),
  });
}

/** Everything that came so far has been seen by who asks. */
export function useRead(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request('POST', `${path}/${id}/read`),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['whatsapp', 'list'] }),
        client.invalidateQueries({ queryKey: conversationQuery(id).queryKey }),
      ]),
  });
}

/** The customer sees that somebody writes; nothing depends on it. */
export const typing = (id: number) => {
  request('POST', `${path}/${id}/typing`).catch(() => undefined);
};

/** The conversation with a customer, begun if there is none. */
export function useStart() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (customer: number) =>
      request<Conversation>('POST', `/api/customers/${customer}/whatsapp/start`, { json: {} }),
    onSuccess: (made) => client.setQueryData(conversationQuery(made.id).queryKey, made),
    onSettled: () => client.invalidateQueries({ queryKey: ['whatsapp', 'list'] }),
  });
}
