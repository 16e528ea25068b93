import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { AudioLines, ChevronLeft } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { CallDetail } from '@/shared/api/types';
import { clock } from '@/shared/format/duration';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { useNow } from '@/shared/time/use-now';
import { Badge } from '@/shared/ui/badge';
import { Card } from '@/shared/ui/card';
import { cx } from '@/shared/ui/cx';
import { Empty } from '@/shared/ui/empty';
import { Failure, FeatureOff, NoBusiness } from '@/shared/ui/failure';
import { LinkButton } from '@/shared/ui/link-button';
import { Page } from '@/shared/ui/page';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { Ltr, Said } from '@/shared/ui/text';
import { callQuery } from './api/get-call';
import { Caller } from './caller';
import { Conversation } from './conversation';
import styles from './live-page.module.css';
import { RunningCall } from './running-call';
import { StatusBadge } from './status-badge';
import { useLiveCalls } from './use-live-calls';

export function LivePage() {
  const { t } = useLocale();
  const me = useMe();
  if (me.business && me.has('calls')) return <Live />;
  return <Page title={t('live.title')}>{me.business ? <FeatureOff feature="calls" /> : <NoBusiness />}</Page>;
}

function Live() {
  const { t } = useLocale();
  const { call: wanted } = useSearch({ from: '/frame/live' });
  const { calls, connected, isPending, isError, error, refetch } = useLiveCalls(true);
  const chosen = useChosen(calls, wanted);
  const ended = chosen !== undefined && !calls.some((one) => one.id === chosen.id);
  // The list tells no more of a call that is over, and its last words may have come with its end.
  const over = useQuery({ ...callQuery(chosen?.id ?? ''), enabled: ended });
  const shown = (ended && over.data) || chosen;

  return (
    <Page
      title={t('live.title')}
      subtitle={t('live.subtitle')}
      actions={
        <Badge tone={connected ? 'good' : 'quiet'} dot>
          {t(connected ? 'live.connected' : 'live.polling')}
        </Badge>
      }
    >
      {isPending ? (
        <Card>
          <SkeletonLines lines={8} />
        </Card>
      ) : isError && calls.length === 0 ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : shown ? (
        <div className={styles.columns}>
          <CallList calls={calls} shown={shown.id} />
          <LiveCall key={shown.id} call={shown} ended={ended} />
        </div>
      ) : (
        <Card>
          <Empty
            icon={AudioLines}
            title={t('live.empty')}
            text={t('live.emptyText')}
            action={<LinkButton to="/calls">{t('live.recent')}</LinkButton>}
          />
        </Card>
      )}
    </Page>
  );
}

/**
 * The call that is looked at: the one that was chosen, or else the newest. When it ends it stays until another is chosen
 * or rings, because its last words have just been said.
 */
function useChosen(calls: CallDetail[], wanted: string | undefined): CallDetail | undefined {
  const [last, setLast] = useState<CallDetail>();
  const running = calls.find((one) => one.id === (wanted ?? last?.id));
  const chosen = running ?? (calls.length === 0 ? last : undefined) ?? calls[0];
  if (chosen && chosen !== last) setLast(chosen);
  return chosen;
}

function CallList({ calls, shown }: { calls: CallDetail[]; shown: string }) {
  const { t } = useLocale();
  const navigate = useNavigate();
  return (
    <ul className={styles.list} aria-label={t('live.list')}>
      {calls.map((call) => (
        <li key={call.id}>
          <button
            type="button"
            className={cx(styles.item, call.id === shown && styles.shown)}
            aria-current={call.id === shown ? 'true' : undefined}
            onClick={() => void navigate({ to: '/live', search: { call: call.id }, replace: true })}
          >
            <span className={styles.name}>
              <span className={styles.beat} aria-hidden />
              <Caller call={call} />
            </span>
            <Running since={call.started_at} />
            <span className={styles.lastWords}>
              <Said>{lastWords(call) ?? t('call.noTurnsLive')}</Said>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function lastWords(call: CallDetail): string | undefined {
  for (const turn of call.turns_list.toReversed()) {
    const words = turn.answered ?? turn.heard;
    if (words) return words;
  }
  return undefined;
}

function LiveCall({ call, ended }: { call: CallDetail; ended: boolean }) {
  const { t } = useLocale();
  const end = useRef<HTMLDivElement>(null);
  const last = call.turns_list.at(-1);
  const grown = `${call.turns_list.length}:${last?.heard ?? ''}:${last?.answered ?? ''}`;
  // What is being said stays in sight, unless the reader has scrolled away from it.
  useEffect(() => {
    const box = end.current?.parentElement;
    if (box && box.scrollHeight - box.scrollTop - box.clientHeight < 240)
      box.scrollTo({ top: box.scrollHeight, behavior: 'smooth' });
  }, [grown]);

  return (
    <section className={styles.call} aria-label={t('call.conversation')}>
      <header className={styles.head}>
        <h2>
          <Caller call={call} />
        </h2>
        {ended ? <Badge>{t('live.justEnded')}</Badge> : <StatusBadge status={call.status} />}
        {!ended && <Running since={call.started_at} />}
        <Link to="/calls/$callId" params={{ callId: call.id }} className={styles.link}>
          {t('live.openCall')}
          <ChevronLeft size={16} aria-hidden className={styles.onward} />
        </Link>
      </header>
      {!ended && <RunningCall call={call} />}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must be able to reach it */}
      <div className={styles.words} tabIndex={0} role="log" aria-label={t('call.conversation')}>
        {call.turns_list.length > 0 ? (
          <Conversation turns={call.turns_list} live={!ended} />
        ) : (
          <p className={styles.greeting}>{t('call.noTurnsLive')}</p>
        )}
        {!ended && last?.state === 'done' && <p className={styles.listening}>{t('call.listening')}</p>}
        <div ref={end} />
      </div>
    </section>
  );
}

function Running({ since }: { since: string }) {
  const now = useNow(1000);
  return <Ltr className={styles.time}>{clock((now - Date.parse(since)) / 1000)}</Ltr>;
}
