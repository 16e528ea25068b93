import { useQuery } from '@tanstack/react-query';
import { Clock, FileUp } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState, type ReactNode } from 'react';
import type { Conversation, WhatsAppMessage } from '@/shared/api/whatsapp';
import { useLocale } from '@/shared/i18n/use-locale';
import { useShortcuts } from '@/shared/keys/shortcuts';
import { useNow } from '@/shared/time/use-now';
import { Failure } from '@/shared/ui/failure';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { conversationQuery, useRead } from '../api/conversations';
import { ChatHeader } from './chat-header';
import styles from './chat.module.css';
import { Composer } from './composer';
import { MessageList } from './message-list';
import { TemplateForm } from './template-form';
import { useAttachments } from './use-attachments';
import { useChat } from './use-chat';
import { leftOf, windowOf } from './window';

interface Props {
  id: number;
  /** Of the inbox on a phone: the way back to the list. */
  back?: ReactNode;
  /** In the card it is known whose it is. */
  ofCard?: boolean;
}

/** A conversation: what was said, and the place to answer. */
export function Chat({ id, back, ofCard = false }: Props) {
  const query = useQuery(conversationQuery(id));
  if (query.data) return <Open key={id} conversation={query.data} back={back} ofCard={ofCard} />;
  return (
    <section className={styles.chat}>
      {back}
      <div className={styles.none}>
        {query.isError ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <SkeletonLines lines={8} />
        )}
      </div>
    </section>
  );
}

function Open({
  conversation,
  back,
  ofCard,
}: {
  conversation: Conversation;
  back: ReactNode;
  ofCard: boolean;
}) {
  const { t } = useLocale();
  const { id } = conversation;
  const chat = useChat(id);
  const attached = useAttachments();
  const field = useRef<HTMLTextAreaElement>(null);
  const [replyTo, setReplyTo] = useState<WhatsAppMessage | null>(null);
  const [over, setOver] = useState(0);
  const now = useNow(15_000);
  const window = windowOf(conversation, now);
  useSeen(conversation);
  useShortcuts([[{ code: 'KeyR' }, () => field.current?.focus()]]);
  const reply = (message: WhatsAppMessage) => {
    setReplyTo(message);
    field.current?.focus();
  };
  return (
    // The whole conversation takes what is dropped on it; the picker is there for the keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- as said
    <section
      className={styles.chat}
      aria-label={conversation.customer.name || t('customers.nameless')}
      data-over={over > 0 || undefined}
      onDragEnter={() => setOver((depth) => depth + 1)}
      onDragLeave={() => setOver((depth) => Math.max(depth - 1, 0))}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        setOver(0);
        if (window.open) attached.take(event.dataTransfer.files);
      }}
    >
      <ChatHeader conversation={conversation} back={back} ofCard={ofCard} />
      <MessageList
        chat={chat}
        customer={conversation.customer.name}
        answerable={window.open}
        onReply={reply}
      />
      <Left leftMs={window.leftMs} open={window.open} />
      {window.open ? (
        <Composer
          ref={field}
          conversation={id}
          chat={chat}
          attached={attached}
          replyTo={replyTo}
          onReplyTo={setReplyTo}
        />
      ) : (
        <TemplateForm channel={conversation.channel.id} chat={chat} />
      )}
      {over > 0 && window.open && (
        <p className={styles.drop} aria-hidden>
          <FileUp size={40} aria-hidden />
          {t('whatsapp.dropHere')}
        </p>
      )}
    </section>
  );
}

/** How long free text still reaches the customer. */
function Left({ open, leftMs }: { open: boolean; leftMs: number | null }) {
  const { t } = useLocale();
  if (open && leftMs === null) return null;
  const { hours, minutes } = leftOf(leftMs ?? 0);
  return (
    <p className={styles.left} data-open={open || undefined} data-soon={(open && hours < 2) || undefined}>
      <Clock size={16} aria-hidden />
      {!open
        ? t('whatsapp.windowClosed')
        : hours > 0
          ? t('whatsapp.windowHours', { time: `${hours}:${String(minutes).padStart(2, '0')}` })
          : t('whatsapp.windowMinutes', { count: minutes })}
    </p>
  );
}

/** What is in sight is read. */
function useSeen({ id, unread }: Conversation) {
  const { mutate } = useRead(id);
  const look = useEffectEvent(() => {
    if (unread > 0 && document.visibilityState === 'visible') mutate();
  });
  useEffect(() => {
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [id, unread]);
}
