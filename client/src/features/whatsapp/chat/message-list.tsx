import { useEffect, useRef, useState } from 'react';
import { MessageCircle } from 'lucide-react';
import type { WhatsAppMessage } from '@/shared/api/whatsapp';
import { useLocale } from '@/shared/i18n/use-locale';
import { addDays, wallOf } from '@/shared/time/zone';
import { Empty } from '@/shared/ui/empty';
import { Failure } from '@/shared/ui/failure';
import { More } from '@/shared/ui/more';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { Bubble } from './bubble';
import styles from './chat.module.css';
import type { Chat, Shown } from './use-chat';

interface Props {
  chat: Chat;
  /** What the customer is called. */
  customer: string;
  answerable: boolean;
  onReply: (message: WhatsAppMessage) => void;
}

/**
 * Messages under their days, the newest at the end. The list stands on its end: what comes below it, or above it when
 * older ones are fetched, moves nothing that is being read.
 */
export function MessageList({ chat, customer, answerable, onReply }: Props) {
  const { t, format, timeZone } = useLocale();
  const [now] = useState(Date.now);
  const { query, shown } = chat;
  const list = useRef<HTMLDivElement>(null);
  const last = shown?.at(-1);
  const written = last?.waiting ? last.key : null;
  // What one writes oneself is in sight, wherever one was reading; the list counts from its end.
  useEffect(() => {
    if (written !== null) list.current?.scrollTo({ top: 0 });
  }, [written]);
  if (!shown)
    return (
      <div className={styles.none}>
        {query.isError ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <SkeletonLines lines={8} />
        )}
      </div>
    );
  if (shown.length === 0)
    return (
      <div className={styles.none}>
        <Empty icon={MessageCircle} title={t('whatsapp.noMessages')} text={t('whatsapp.noMessagesText')} />
      </div>
    );
  const today = wallOf(now, timeZone).day;
  const named = (day: string) =>
    day === today
      ? t('whatsapp.today')
      : day === addDays(today, -1)
        ? t('whatsapp.yesterday')
        : format.day(day);
  const days: { day: string; those: Shown[] }[] = [];
  for (const one of shown) {
    const { day } = wallOf(Date.parse(one.message.created_at), timeZone);
    const last = days.at(-1);
    if (last?.day === day) last.those.push(one);
    else days.push({ day, those: [one] });
  }
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls: the keyboard has to reach it
    <div ref={list} className={styles.scroll} role="log" aria-label={t('whatsapp.messages')} tabIndex={0}>
      <div>
        <More query={query} text={t('whatsapp.older')} />
        {days.map(({ day, those }) => (
          <section key={day} className={styles.day} aria-label={named(day)}>
            <h3 className={styles.divider}>
              <span>{named(day)}</span>
            </h3>
            <ol className={styles.messages}>
              {those.map((one) => (
                <Bubble
                  key={one.key}
                  of={one}
                  customer={customer}
                  answerable={answerable}
                  onReply={onReply}
                  chat={chat}
                />
              ))}
            </ol>
          </section>
        ))}
      </div>
    </div>
  );
}
