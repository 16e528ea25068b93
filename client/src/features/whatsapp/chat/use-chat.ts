import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { MessageGiven, WhatsAppMessage } from '@/shared/api/whatsapp';
import { useMe } from '@/shared/session/me';
import { messagesQuery } from '../api/messages';
import { newKey, outbox, send, type Waiting } from './outbox';

/** A message as it is shown: the engine's, or one that waits to be. */
export interface Shown {
  key: string;
  message: WhatsAppMessage;
  waiting: Waiting | null;
}

const kindOf = (mime: string) =>
  mime.startsWith('image/')
    ? 'image'
    : mime.startsWith('audio/')
      ? 'audio'
      : mime.startsWith('video/')
        ? 'video'
        : 'document';

/** A message that the engine has not confirmed, as it will look. */
function expected(one: Waiting, index: number, quoted: WhatsAppMessage | undefined): WhatsAppMessage {
  const { given, file } = one;
  return {
    id: -1 - index,
    conversation_id: one.conversation,
    direction: 'out',
    kind: file ? kindOf(file.mime) : given.kind === 'template' ? 'template' : 'text',
    body: given.text ?? given.caption ?? '',
    media: file
      ? {
          id: given.media_id ?? 0,
          ...file,
          url: null,
          thumbnail_url: null,
          state: 'stored',
          reason: null,
          transcript: null,
        }
      : null,
    location: null,
    contacts: null,
    reply_to: quoted ? { id: quoted.id, preview: quoted.body } : null,
    reactions: [],
    template: given.template ?? null,
    status: one.problem ? 'failed' : 'queued',
    status_at: {},
    error: null,
    sender: { kind: 'person', id: null, name: null },
    client_key: given.client_key,
    created_at: one.at,
  };
}

/** A conversation's messages with those that wait, and the way to write one. */
export function useChat(conversation: number) {
  const client = useQueryClient();
  const me = useMe();
  const who = `${me.user.id}:${me.business?.id ?? 0}`;
  const query = useInfiniteQuery(messagesQuery(conversation));
  const all = useSyncExternalStore((watcher) => outbox.subscribe(watcher), outbox.snapshot);
  const mine = all.filter((one) => one.who === who && one.conversation === conversation);
  const known = query.data?.pages.flatMap((page) => page.items).toReversed();

  // What the engine has is not waited for any more, however the news of it came.
  const arrived = (known ?? [])
    .flatMap((message) => message.client_key ?? [])
    .filter((key) => mine.some((one) => one.given.client_key === key))
    .join(' ');
  useEffect(() => {
    if (arrived) outbox.drop(...arrived.split(' '));
  }, [arrived]);

  // A page that was loaded again, or is back on the net, goes on with what waits.
  useEffect(() => {
    const goOn = () => {
      for (const one of outbox.snapshot())
        if (one.who === who && one.conversation === conversation)
          if (one.problem === null || one.problem.code === 'offline') send(client, one);
    };
    goOn();
    window.addEventListener('online', goOn);
    return () => window.removeEventListener('online', goOn);
  }, [client, who, conversation]);

  const shown: Shown[] | undefined = known && [
    ...known.map((message) => ({
      // The same place on the page before and after it is confirmed.
      key: message.client_key ?? String(message.id),
      message,
      waiting: null,
    })),
    ...mine
      .filter((one) => !known.some((message) => message.client_key === one.given.client_key))
      .map((one, index) => ({
        key: one.given.client_key,
        message: expected(
          one,
          index,
          known.find((message) => message.id === one.given.reply_to),
        ),
        waiting: one,
      })),
  ];
  return {
    query,
    shown,
    write: (given: Omit<MessageGiven, 'client_key'>, file?: Waiting['file']) =>
      send(client, {
        who,
        conversation,
        given: { ...given, client_key: newKey() },
        at: new Date().toISOString(),
        ...(file && { file }),
        problem: null,
      }),
    again: (one: Waiting) => send(client, one),
    giveUp: (one: Waiting) => outbox.drop(one.given.client_key),
  };
}

export type Chat = ReturnType<typeof useChat>;
