import { infiniteQueryOptions, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import type { MessageGiven, MessagePage, UploadedMedia, WhatsAppMessage } from '@/shared/api/whatsapp';
import { request } from '@/shared/api/request';
import { conversationKey } from './conversations';

const PAGE = 40;
const path = (conversation: number) => `/api/whatsapp/conversations/${conversation}/messages`;

/** Newest first, page after page by what the last one ended with. */
export const messagesQuery = (conversation: number) =>
  infiniteQueryOptions({
    queryKey: [...conversationKey(conversation), 'messages'],
    queryFn: ({ pageParam, signal }) =>
      request<MessagePage>('GET', path(conversation), { query: { before: pageParam, limit: PAGE }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
  });

export const postMessage = (conversation: number, json: MessageGiven) =>
  request<WhatsAppMessage>('POST', path(conversation), { json });

/** A message that may have been sent, or was not: once more, by a person's decision. */
export const resendMessage = (message: number) =>
  request<WhatsAppMessage>('POST', `/api/whatsapp/messages/${message}/decide`, {
    json: { action: 'resend' },
  });

/** The engine reads what it is from the bytes. */
export const uploadMedia = (file: File, signal: AbortSignal) =>
  request<UploadedMedia>('POST', '/api/whatsapp/media', {
    query: { name: file.name },
    blob: new Blob([file], { type: 'application/octet-stream' }),
    signal,
  });

/** Puts a message into what is known of its conversation: in its place if it was there, otherwise as the newest. */
export function putMessage(client: QueryClient, message: WhatsAppMessage) {
  client.setQueryData<InfiniteData<MessagePage, number | null>>(
    messagesQuery(message.conversation_id).queryKey,
    (data) => {
      if (!data) return data;
      const known = data.pages.some((page) => page.items.some((one) => one.id === message.id));
      const pages = data.pages.map((page, index) => {
        if (known)
          return { ...page, items: page.items.map((one) => (one.id === message.id ? message : one)) };
        return index === 0 ? { ...page, items: [message, ...page.items] } : page;
      });
      return { ...data, pages };
    },
  );
}
