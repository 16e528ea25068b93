import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronDown, PhoneIncoming, PhoneOutgoing } from 'lucide-react';
import { useState } from 'react';
import type { CallDetail, TimelineItem } from '@/shared/api/types';
import { clock } from '@/shared/format/duration';
import { useLocale } from '@/shared/i18n/use-locale';
import { Empty } from '@/shared/ui/empty';
import { Failure } from '@/shared/ui/failure';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { DateTime, Ltr, Said } from '@/shared/ui/text';
import { callQuery } from './api/get-call';
import { Conversation } from './conversation';
import styles from './customer-calls.module.css';
import { StatusBadge } from './status-badge';

/** Calls of one customer: the newest is open, with its sound; the others open where they stand. */
export function CustomerCalls({ calls }: { calls: readonly TimelineItem[] | undefined }) {
  const { t } = useLocale();
  if (!calls) return <SkeletonLines lines={6} />;
  if (calls.length === 0)
    return <Empty icon={PhoneIncoming} title={t('calls.noneWith')} text={t('calls.noneWithText')} />;
  return (
    <ul className={styles.calls}>
      {calls.map((item, index) => (
        <OneCall key={item.id} item={item} first={index === 0} />
      ))}
    </ul>
  );
}

function OneCall({ item, first }: { item: TimelineItem; first: boolean }) {
  const { t } = useLocale();
  const [open, setOpen] = useState(first);
  const query = useQuery({ ...callQuery(item.ref), enabled: open });
  const call = query.data;
  const Icon = call?.direction === 'outbound' ? PhoneOutgoing : PhoneIncoming;
  return (
    <li className={styles.call}>
      <button type="button" className={styles.head} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon size={18} aria-hidden />
        <span className={styles.what}>
          <span className={styles.when}>
            <DateTime at={item.ts} />
            {call && <StatusBadge status={call.status} />}
            {call?.duration_s ? <Ltr>{clock(call.duration_s)}</Ltr> : null}
          </span>
          <Said className={styles.summary}>{item.title || t('call.noSummary')}</Said>
        </span>
        <ChevronDown size={18} aria-hidden className={styles.turn} />
      </button>
      {open && (
        <div className={styles.body}>
          {query.isError && !call ? (
            <Failure error={query.error} onRetry={() => void query.refetch()} />
          ) : call ? (
            <Words call={call} />
          ) : (
            <SkeletonLines lines={4} />
          )}
        </div>
      )}
    </li>
  );
}

function Words({ call }: { call: CallDetail }) {
  const { t } = useLocale();
  return (
    <>
      {call.turns_list.length > 0 ? (
        <Conversation turns={call.turns_list} live={!call.ended_at} full />
      ) : (
        <p>{t('call.noTurns')}</p>
      )}
      <Link to="/calls/$callId" params={{ callId: call.id }} className={styles.link}>
        {t('live.openCall')}
      </Link>
    </>
  );
}
