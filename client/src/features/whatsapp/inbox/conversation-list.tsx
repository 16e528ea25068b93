import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { AlarmClock, Bot, Inbox } from 'lucide-react';
import type { Conversation } from '@/shared/api/whatsapp';
import { phone } from '@/shared/format/phone';
import { useLocale } from '@/shared/i18n/use-locale';
import { useShortcuts } from '@/shared/keys/shortcuts';
import { Words } from '@/shared/table/toolbar';
import { useNow } from '@/shared/time/use-now';
import { wallOf } from '@/shared/time/zone';
import { Avatar } from '@/shared/ui/avatar';
import { Empty } from '@/shared/ui/empty';
import { Failure } from '@/shared/ui/failure';
import { More } from '@/shared/ui/more';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { Ltr, Said } from '@/shared/ui/text';
import { conversationsQuery } from '../api/conversations';
import { Ticks } from '../chat/ticks';
import { asked, type InboxFilter } from './filters';
import styles from './inbox.module.css';

interface Props {
  show: InboxFilter;
  q: string | undefined;
  current: number | undefined;
  onOpen: (id: number) => void;
}

/** Conversations, the newest first; J and K go through them. */
export function ConversationList({ show, q, current, onOpen }: Props) {
  const { t } = useLocale();
  const navigate = useNavigate();
  const now = useNow(60_000);
  const query = useInfiniteQuery(conversationsQuery({ ...asked[show], ...(q && { q }) }));
  const rows = query.data?.pages.flatMap((page) => page.results);
  const step = (by: number) => {
    if (!rows?.length) return;
    const at = rows.findIndex((one) => one.id === current);
    const next = rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (next) onOpen(next.id);
  };
  useShortcuts([
    [{ code: 'KeyJ' }, () => step(1)],
    [{ code: 'KeyK' }, () => step(-1)],
  ]);
  return (
    <section className={styles.list} aria-label={t('whatsapp.conversations')}>
      <div className={styles.search}>
        <Words
          value={q ?? ''}
          onChange={(next) =>
            void navigate({ to: '/whatsapp', search: (now) => ({ ...now, q: next }), replace: true })
          }
        />
      </div>
      {query.isError && !rows ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : !rows ? (
        <SkeletonLines lines={8} />
      ) : rows.length === 0 ? (
        <Empty
          icon={Inbox}
          title={t('whatsapp.none')}
          text={t(q || show !== 'all' ? 'whatsapp.noneHere' : 'whatsapp.noneText')}
        />
      ) : (
        <ul className={styles.rows}>
          {rows.map((one) => (
            <li key={one.id}>
              <Row of={one} current={one.id === current} show={show} q={q} now={now} />
            </li>
          ))}
          <li>
            <More query={query} text={t('whatsapp.more')} />
          </li>
        </ul>
      )}
    </section>
  );
}

interface RowProps {
  of: Conversation;
  current: boolean;
  show: InboxFilter;
  q: string | undefined;
  now: number;
}

function Row({ of, current, show, q, now }: RowProps) {
  const { t, format, timeZone } = useLocale();
  const { customer, last_message: last } = of;
  const at = last?.at ?? of.updated_at;
  const today = wallOf(now, timeZone).day === wallOf(Date.parse(at), timeZone).day;
  return (
    <Link
      to="/whatsapp"
      search={{ ...(show !== 'all' && { show }), ...(q && { q }), c: of.id }}
      className={styles.row}
      aria-current={current ? 'true' : undefined}
      data-unread={of.unread > 0 || undefined}
      data-conversation=""
    >
      <Avatar name={customer.name || '?'} size={40} />
      <span className={styles.what}>
        <span className={styles.line}>
          <Said className={styles.name}>
            {customer.name || (customer.phone && phone(customer.phone)) || t('customers.nameless')}
          </Said>
          <time dateTime={at} title={format.dateTime(at)} className={styles.when}>
            <Ltr>{today ? format.time(at) : format.date(at)}</Ltr>
          </time>
        </span>
        <span className={styles.line}>
          <span className={styles.last}>
            {last?.direction === 'out' && <Ticks status={last.status} />}
            <Said>{last?.preview ?? t('whatsapp.noMessages')}</Said>
          </span>
          {of.unread > 0 && (
            <span className={styles.unread} aria-label={t('whatsapp.unread', { count: of.unread })}>
              {of.unread}
            </span>
          )}
        </span>
        <span className={styles.line}>
          <span className={styles.quiet}>
            {of.assignee ? <Said>{of.assignee.name}</Said> : t('whatsapp.nobody')}
            {of.handled_by === 'assistant' && (
              <>
                {' · '}
                <Bot size={16} aria-hidden /> {t('whatsapp.by.assistant')}
              </>
            )}
            {of.status === 'snoozed' && of.snoozed_until && (
              <>
                {' · '}
                <AlarmClock size={16} aria-hidden /> <Ltr>{format.dateTime(of.snoozed_until)}</Ltr>
              </>
            )}
          </span>
        </span>
      </span>
    </Link>
  );
}
