import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { MessagesSquare } from 'lucide-react';
import type { CallDetail } from '@/shared/api/types';
import { CustomerLink } from '@/shared/customers/customer-link';
import { useLocale } from '@/shared/i18n/use-locale';
import { BackLink } from '@/shared/ui/back-link';
import { Card } from '@/shared/ui/card';
import { Empty } from '@/shared/ui/empty';
import { Failure } from '@/shared/ui/failure';
import { Page } from '@/shared/ui/page';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { callQuery } from './api/get-call';
import { callerText, Caller } from './caller';
import { CallOverview } from './call-overview';
import styles from './call-page.module.css';
import { Conversation } from './conversation';
import { RunningCall } from './running-call';
import { StatusBadge } from './status-badge';

export function CallPage() {
  const { t } = useLocale();
  const { callId } = useParams({ from: '/frame/calls/$callId' });
  const query = useQuery({
    ...callQuery(callId),
    // A running call grows while it is looked at.
    refetchInterval: ({ state }) => (state.data && !state.data.ended_at ? 2000 : false),
  });
  const back = <BackLink to="/calls">{t('calls.title')}</BackLink>;
  if (query.data) return <OneCall call={query.data} back={back} />;
  return (
    <Page title={t('calls.title')} above={back}>
      {query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <div className={styles.columns}>
          <Card>
            <SkeletonLines lines={10} />
          </Card>
          <Card>
            <SkeletonLines lines={6} />
          </Card>
        </div>
      )}
    </Page>
  );
}

function OneCall({ call, back }: { call: CallDetail; back: React.ReactNode }) {
  const { t } = useLocale();
  const running = !call.ended_at;
  return (
    <Page
      title={t('call.title', { who: callerText(call) })}
      above={back}
      actions={running && <RunningCall call={call} />}
      heading={
        <span className={styles.heading}>
          {call.customer ? (
            <CustomerLink id={call.customer.id} name={callerText(call)} />
          ) : (
            <Caller call={call} />
          )}
          <StatusBadge status={call.status} />
        </span>
      }
    >
      <div className={styles.columns}>
        <Card title={t('call.conversation')}>
          {call.turns_list.length > 0 ? (
            <Conversation turns={call.turns_list} live={running} full />
          ) : (
            <Empty
              icon={MessagesSquare}
              title={t('call.noTurns')}
              text={t(running ? 'call.noTurnsLive' : 'call.noTurnsText')}
            />
          )}
        </Card>
        <CallOverview call={call} />
      </div>
    </Page>
  );
}
