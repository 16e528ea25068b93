import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Bot, ContactRound, Reply, RotateCw, SmilePlus, Trash2 } from 'lucide-react';
import { memo } from 'react';
import { ApiError } from '@/shared/api/error';
import type { WhatsAppMessage } from '@/shared/api/whatsapp';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button, IconButton } from '@/shared/ui/button';
import { Menu, MenuItem } from '@/shared/ui/menu';
import { Ltr, Said } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import { postMessage, putMessage, resendMessage } from '../api/messages';
import styles from './chat.module.css';
import { Media, Place } from './media';
import { newKey, type Problem } from './outbox';
import { Ticks } from './ticks';
import type { Chat, Shown } from './use-chat';
import { errorWords, kindWords } from './words';

const emojis = ['👍', '❤️', '😂', '😮', '😢', '🙏'] as const;

interface Props {
  of: Shown;
  /** What the customer is called. */
  customer: string;
  /** Nothing is answered or reacted to in a conversation whose window has closed. */
  answerable: boolean;
  onReply: (message: WhatsAppMessage) => void;
  chat: Pick<Chat, 'again' | 'giveUp'>;
}

/** One message: what it says, who said it, how far it has come, and what can be done about it. */
export const Bubble = memo(function Bubble({ of, customer, answerable, onReply, chat }: Props) {
  const { t, format } = useLocale();
  const { message, waiting } = of;
  const out = message.direction === 'out';
  return (
    <li className={styles.row} data-direction={message.direction} id={`message-${message.id}`}>
      <div className={styles.bubble} data-status={out ? message.status : undefined}>
        <p className="hidden-visually">
          {out ? (
            t('whatsapp.weSaid')
          ) : (
            <Said>{message.sender.name || customer || t('customers.nameless')}</Said>
          )}
        </p>
        {out && message.sender.kind !== 'person' && (
          <p className={styles.by}>
            <Bot size={16} aria-hidden />
            {t(`whatsapp.by.${message.sender.kind === 'assistant' ? 'assistant' : 'rule'}`)}
          </p>
        )}
        {out && message.sender.kind === 'person' && message.sender.name && (
          <p className={styles.by}>
            <Said>{message.sender.name}</Said>
          </p>
        )}
        {message.reply_to && (
          <a className={styles.quote} href={`#message-${message.reply_to.id}`}>
            <Reply size={16} aria-hidden className="mirror" />
            <Said>{message.reply_to.preview || t('whatsapp.aMessage')}</Said>
          </a>
        )}
        {message.media && <Media message={message} media={message.media} />}
        {message.location && <Place location={message.location} />}
        {message.contacts?.map((one, index) => (
          <p key={index} className={styles.file}>
            <ContactRound size={24} aria-hidden />
            <span>
              <Said>{one.name ?? t('whatsapp.kind.contacts')}</Said>
              <br />
              <small>
                <Ltr>{[...(one.phones ?? []), ...(one.emails ?? [])].join(' · ')}</Ltr>
              </small>
            </span>
          </p>
        ))}
        {message.template && !message.body && (
          <p>
            {t('whatsapp.kind.template')}: <Ltr>{message.template.name}</Ltr>
          </p>
        )}
        {message.body ? (
          <p dir="auto" className={styles.words}>
            {message.body}
          </p>
        ) : (
          !message.media &&
          !message.location &&
          !message.contacts &&
          !message.template && <p className={styles.quiet}>{kindWords(t, message)}</p>
        )}
        <p className={styles.meta}>
          <time dateTime={message.created_at} title={format.dateTime(message.created_at)}>
            <Ltr>{format.time(message.created_at)}</Ltr>
          </time>
          {out && <Ticks status={message.status} at={message.status_at} />}
        </p>
        {message.reactions.length > 0 && (
          <p className={styles.reactions} aria-label={t('whatsapp.reactions')}>
            {message.reactions.map((one) => (
              <span key={one.by}>{one.emoji}</span>
            ))}
          </p>
        )}
      </div>
      {message.id > 0 && answerable && <Tools message={message} onReply={onReply} />}
      <Trouble of={of} chat={chat} waiting={waiting !== null} />
    </li>
  );
});

function Tools({ message, onReply }: { message: WhatsAppMessage; onReply: Props['onReply'] }) {
  const { t } = useLocale();
  const client = useQueryClient();
  const toast = useToast();
  const errorText = useErrorText();
  const ours = message.reactions.find((one) => one.by === 'us')?.emoji;
  const react = useMutation({
    mutationFn: (emoji: string) =>
      postMessage(message.conversation_id, {
        client_key: newKey(),
        kind: 'reaction',
        reply_to: message.id,
        emoji,
      }),
    onSuccess: (now) => putMessage(client, now),
    onError: (error) => toast.show({ tone: 'bad', text: errorText(error) }),
  });
  return (
    <span className={styles.tools}>
      <IconButton small label={t('whatsapp.reply')} onClick={() => onReply(message)}>
        <Reply size={16} aria-hidden className="mirror" />
      </IconButton>
      {message.direction === 'in' && (
        <Menu
          align="start"
          trigger={
            <IconButton small label={t('whatsapp.react')} disabled={react.isPending}>
              <SmilePlus size={16} aria-hidden />
            </IconButton>
          }
        >
          {emojis.map((emoji) => (
            <MenuItem key={emoji} onSelect={() => react.mutate(emoji === ours ? '' : emoji)}>
              {emoji}
              {emoji === ours && ` · ${t('whatsapp.unreact')}`}
            </MenuItem>
          ))}
        </Menu>
      )}
    </span>
  );
}

/** What did not arrive says why and what to do; of what nobody knows, a person decides. */
function Trouble({ of, chat }: { of: Shown; chat: Props['chat']; waiting: boolean }) {
  const { t } = useLocale();
  const client = useQueryClient();
  const toast = useToast();
  const errorText = useErrorText();
  const { message, waiting } = of;
  const problemText = ({ code, ...body }: Problem) => errorText(new ApiError(0, { ...body, error: code }));
  const resend = useMutation({
    mutationFn: () => resendMessage(message.id),
    onSuccess: (now) => putMessage(client, now),
    onError: (error) => toast.show({ tone: 'bad', text: errorText(error) }),
  });
  if (waiting?.problem)
    return (
      <div className={styles.trouble} role="alert">
        <p>{problemText(waiting.problem)}</p>
        <Button small onClick={() => chat.again(waiting)}>
          <RotateCw size={16} aria-hidden />
          {t('action.retry')}
        </Button>
        <Button small look="quiet" onClick={() => chat.giveUp(waiting)}>
          <Trash2 size={16} aria-hidden />
          {t('whatsapp.discard')}
        </Button>
      </div>
    );
  if (message.direction === 'in' || (message.status !== 'failed' && message.status !== 'uncertain'))
    return null;
  const words = message.error && errorWords(t, message.error);
  return (
    <div className={styles.trouble}>
      <p>
        {message.status === 'uncertain'
          ? t('whatsapp.uncertain')
          : (words?.reason ?? t('whatsapp.reason.unknown'))}{' '}
        {words?.action}
      </p>
      <Button small busy={resend.isPending} onClick={() => resend.mutate()}>
        <RotateCw size={16} aria-hidden />
        {t('whatsapp.sendAgain')}
      </Button>
    </div>
  );
}
