import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { PhoneIncoming, PhoneOutgoing } from 'lucide-react';
import { useMemo } from 'react';
import type { Call } from '@/shared/api/types';
import { clock } from '@/shared/format/duration';
import { useLocale, type LocaleValue } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { DataTable } from '@/shared/table/data-table';
import { dayBounds } from '@/shared/table/day-bounds';
import type { Column } from '@/shared/table/types';
import { useTableState } from '@/shared/table/use-table-state';
import { FeatureOff, NoBusiness } from '@/shared/ui/failure';
import { LinkButton } from '@/shared/ui/link-button';
import { Page } from '@/shared/ui/page';
import { DateTime, Ltr, Phone, Said } from '@/shared/ui/text';
import { callsQuery } from './api/list-calls';
import { CallFilters, callFilters } from './call-filters';
import styles from './calls.module.css';
import { StatusBadge } from './status-badge';
import { Caller, callerText } from './caller';

export function CallsPage() {
  const { t } = useLocale();
  const me = useMe();
  return (
    <Page title={t('calls.title')} subtitle={t('calls.subtitle')}>
      {!me.business ? (
        <NoBusiness />
      ) : !me.has('calls') ? (
        <FeatureOff feature="calls" />
      ) : (
        <Calls manages={me.manages} />
      )}
    </Page>
  );
}

function Calls({ manages }: { manages: boolean }) {
  const locale = useLocale();
  const { t, timeZone } = locale;
  const state = useTableState();
  const { q, sort, status, from, to, outcome, direction, weekday, hour, message, followed } = state.search;
  const asked = {
    q,
    sort,
    status,
    outcome,
    direction,
    weekday,
    hour,
    message: message && true,
    followed_by: followed,
    ...dayBounds({ from, to }, timeZone),
  };
  const query = useQuery({
    ...callsQuery({ ...asked, page: state.page, limit: state.limit }),
    refetchInterval: state.page === 1 ? 15_000 : false,
  });
  const columns = useMemo(() => callColumns(locale), [locale]);
  return (
    <DataTable<Call>
      label={t('calls.title')}
      columns={columns}
      state={state}
      query={query}
      rowId={(row) => row.id}
      filterNames={callFilters}
      filters={<CallFilters state={state} />}
      empty={{
        icon: PhoneIncoming,
        title: t('calls.empty'),
        text: t('calls.emptyText'),
        action: (
          <LinkButton to="/settings" search={{ section: 'numbers' }} look="primary">
            {t('calls.emptyAction')}
          </LinkButton>
        ),
      }}
      exported={manages ? { name: 'calls', path: '/api/calls.csv', query: asked } : undefined}
    />
  );
}

function callColumns({ t, format }: LocaleValue): Column<Call>[] {
  return [
    {
      id: 'caller',
      header: t('calls.caller'),
      sort: 'caller',
      fixed: 'start',
      card: 'title',
      cell: (row) => (
        <Link to="/calls/$callId" params={{ callId: row.id }} className={styles.caller} data-row-link="">
          {row.direction === 'outbound' ? (
            <PhoneOutgoing size={16} aria-label={t('calls.outbound')} />
          ) : (
            <PhoneIncoming size={16} aria-label={t('calls.inbound')} />
          )}
          <Caller call={row} />
        </Link>
      ),
      csv: callerText,
    },
    {
      id: 'status',
      header: t('calls.status'),
      card: 'corner',
      cell: (row) => <StatusBadge status={row.status} />,
    },
    {
      id: 'started_at',
      header: t('calls.when'),
      sort: 'started_at',
      descFirst: true,
      cell: (row) => <DateTime at={row.started_at} />,
    },
    {
      id: 'duration_s',
      header: t('calls.duration'),
      sort: 'duration_s',
      descFirst: true,
      cell: (row) => (row.duration_s ? <Ltr>{clock(row.duration_s)}</Ltr> : null),
    },
    {
      id: 'turns',
      header: t('calls.turns'),
      cell: (row) => (row.turns > 0 ? format.number(row.turns) : null),
    },
    {
      id: 'summary',
      header: t('calls.summary'),
      width: 'wide',
      cell: (row) => row.summary && <Said className={styles.summary}>{row.summary}</Said>,
    },
    {
      id: 'phone',
      header: t('calls.phone'),
      hidden: true,
      cell: (row) => row.caller && <Phone number={row.caller} />,
    },
    {
      id: 'called',
      header: t('calls.called'),
      hidden: true,
      cell: (row) => row.called && <Phone number={row.called} />,
    },
    {
      id: 'intent',
      header: t('calls.intent'),
      hidden: true,
      cell: (row) => row.intent && <Said>{row.intent}</Said>,
    },
  ];
}
