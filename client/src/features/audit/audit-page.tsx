import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { useMemo, useState } from 'react';
import { ApiError } from '@/shared/api/error';
import type { AuditEntry } from '@/shared/api/types';
import { useLocale, type LocaleValue } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { DataTable } from '@/shared/table/data-table';
import { dayBounds } from '@/shared/table/day-bounds';
import { FilterDay, FilterSelect } from '@/shared/table/filter';
import type { Column } from '@/shared/table/types';
import { useTableState } from '@/shared/table/use-table-state';
import { Failure } from '@/shared/ui/failure';
import { Page } from '@/shared/ui/page';
import { byWholeAddress, TabLinks } from '@/shared/ui/tab-links';
import { DateTime, Ltr, Said } from '@/shared/ui/text';
import { Action, actionText } from './action';
import { auditQuery, listAudit } from './api/list-audit';
import styles from './audit.module.css';
import { EntryDialog } from './entry-dialog';

/** How actions begin, by what they are about: those that a business's log has, and those of the platform's. */
const kinds = {
  business: [
    'business.',
    'calls.',
    'customer',
    'document.',
    'greeting.',
    'invitation.',
    'member.',
    'note.',
    'number.',
    'push.',
    'recording.',
    'task.',
    'whatsapp.',
    'template.',
    'token.',
    'audit.',
  ],
  platform: ['business.', 'log', 'password.', 'session.', 'token.', 'user.'],
} as const;

export function AuditPage() {
  const { t } = useLocale();
  const me = useMe();
  const state = useTableState();
  const mayPlatform = me.admin;
  const mayBusiness = me.business != null && me.manages;
  if (!mayPlatform && !mayBusiness)
    return (
      <Page title={t('audit.title')}>
        <Failure error={new ApiError(403, { error: 'forbidden' })} />
      </Page>
    );
  const platform = mayPlatform && (state.search.tab === 'platform' || !mayBusiness);
  return (
    <Page title={t('audit.title')} subtitle={t('audit.subtitle')}>
      {mayPlatform && mayBusiness && (
        <TabLinks label={t('audit.which')} current={platform ? 'platform' : 'business'}>
          <Link
            to="/audit"
            search={{}}
            activeOptions={byWholeAddress}
            aria-current={platform ? undefined : 'page'}
          >
            {t('audit.business')}
          </Link>
          <Link
            to="/audit"
            search={{ tab: 'platform' }}
            activeOptions={byWholeAddress}
            aria-current={platform ? 'page' : undefined}
          >
            {t('audit.platform')}
          </Link>
        </TabLinks>
      )}
      <Log platform={platform} />
    </Page>
  );
}

function Log({ platform }: { platform: boolean }) {
  const locale = useLocale();
  const { t, timeZone } = locale;
  const state = useTableState();
  const [opened, setOpened] = useState<AuditEntry | null>(null);
  const { q, action, from, to } = state.search;
  const asked = { q, action, ...dayBounds({ from, to }, timeZone), ...(platform && { platform }) };
  const query = useQuery(auditQuery({ ...asked, page: state.page, limit: state.limit }));
  const columns = useMemo(() => entryColumns(locale, setOpened), [locale]);
  return (
    <>
      <DataTable<AuditEntry>
        label={t('audit.title')}
        columns={columns}
        state={state}
        query={query}
        rowId={(row) => row.seq}
        filterNames={['action', 'from', 'to']}
        filters={
          <>
            <FilterSelect
              label={t('audit.action')}
              value={action}
              onChange={(next) => state.patch({ action: next })}
            >
              <option value="">
                {t('audit.action')}: {t('table.all')}
              </option>
              {kinds[platform ? 'platform' : 'business'].map((kind) => (
                <option key={kind} value={kind}>
                  {t(`audit.kind.${kind}`)}
                </option>
              ))}
            </FilterSelect>
            <FilterDay
              label={t('table.from')}
              value={from}
              onChange={(next) => state.patch({ from: next })}
            />
            <FilterDay label={t('table.to')} value={to} onChange={(next) => state.patch({ to: next })} />
          </>
        }
        empty={{ icon: ScrollText, title: t('audit.empty'), text: t('audit.emptyText') }}
        exported={{ name: 'audit', fetchPage: (page, limit) => listAudit({ ...asked, page, limit }) }}
      />
      <EntryDialog entry={opened} onClose={() => setOpened(null)} />
    </>
  );
}

function entryColumns({ t, format }: LocaleValue, onOpen: (entry: AuditEntry) => void): Column<AuditEntry>[] {
  return [
    {
      id: 'action',
      header: t('audit.action'),
      fixed: 'start',
      card: 'title',
      cell: (row) => (
        <button type="button" className={styles.action} data-row-link="" onClick={() => onOpen(row)}>
          <Action code={row.action} />
        </button>
      ),
      csv: (row) => actionText(t, row.action),
    },
    { id: 'at', header: t('audit.at'), cell: (row) => <DateTime at={row.at} />, csv: (row) => row.at },
    {
      id: 'actor',
      header: t('audit.actor'),
      cell: (row) =>
        row.actor ? (
          <Said>{row.actor.name || `#${row.actor.id}`}</Said>
        ) : (
          <span className={styles.quiet}>{t('audit.system')}</span>
        ),
      csv: (row) => row.actor?.name ?? '',
    },
    {
      id: 'subject',
      header: t('audit.subject'),
      width: 'wide',
      cell: (row) => <Ltr className={styles.quiet}>{row.subject}</Ltr>,
      csv: (row) => row.subject,
    },
    {
      id: 'address',
      header: t('audit.address'),
      cell: (row) => <Ltr>{row.address}</Ltr>,
      csv: (row) => row.address,
    },
    {
      id: 'seq',
      header: t('audit.seq'),
      hidden: true,
      cell: (row) => format.number(row.seq),
      csv: (row) => row.seq,
    },
    {
      id: 'request_id',
      header: t('audit.request'),
      hidden: true,
      cell: (row) => <Ltr>{row.request_id}</Ltr>,
      csv: (row) => row.request_id,
    },
  ];
}
