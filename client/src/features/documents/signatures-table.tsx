import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { PenLine } from 'lucide-react';
import { useMemo } from 'react';
import type { Signing } from '@/shared/api/documents';
import { useLocale, type LocaleValue } from '@/shared/i18n/use-locale';
import { DataTable } from '@/shared/table/data-table';
import { FilterSelect } from '@/shared/table/filter';
import type { Column } from '@/shared/table/types';
import { useTableState } from '@/shared/table/use-table-state';
import { DateTime, Ltr, Said } from '@/shared/ui/text';
import { signaturesQuery } from './api/signatures';
import styles from './documents.module.css';
import { drawerOf } from './drawers';
import { shownTo } from './words';
import { StatusBadge } from './status-badge';

const states = ['sent', 'viewed', 'signed', 'declined', 'expired', 'cancelled'] as const;

/** What was sent to be signed, and how it goes. */
export function SignaturesTable() {
  const locale = useLocale();
  const { t } = locale;
  const state = useTableState();
  const { status } = state.search;
  const query = useQuery(signaturesQuery({ status, page: state.page, limit: state.limit }));
  const columns = useMemo(() => signatureColumns(locale), [locale]);
  return (
    <DataTable<Signing>
      label={t('documents.tab.signatures')}
      columns={columns}
      state={state}
      query={query}
      rowId={(row) => row.id}
      searchable={false}
      filterNames={['status']}
      filters={
        <FilterSelect
          label={t('documents.status')}
          value={status}
          onChange={(next) => state.patch({ status: next })}
        >
          <option value="">
            {t('documents.status')}: {t('table.all')}
          </option>
          {states.map((one) => (
            <option key={one} value={one}>
              {t(`documents.status.${one}`)}
            </option>
          ))}
        </FilterSelect>
      }
      empty={{ icon: PenLine, title: t('documents.noSignatures'), text: t('documents.noSignaturesText') }}
    />
  );
}

function signatureColumns({ t }: LocaleValue): Column<Signing>[] {
  return [
    {
      id: 'title',
      header: t('documents.paper'),
      fixed: 'start',
      card: 'title',
      width: 'wide',
      cell: (row) => (
        <Link
          to="/documents/$drawer/$documentId"
          params={{ drawer: drawerOf(row.kind), documentId: String(row.document_id) }}
          className={styles.name}
          data-row-link=""
        >
          <Said>{row.title}</Said>
        </Link>
      ),
    },
    {
      id: 'status',
      header: t('documents.status'),
      card: 'corner',
      cell: (row) => <StatusBadge status={row.status} />,
    },
    {
      id: 'number',
      header: t('documents.number'),
      cell: (row) => row.number && <Ltr>{row.number}</Ltr>,
    },
    { id: 'to', header: t('documents.sentTo'), cell: (row) => <Ltr>{shownTo(row.to)}</Ltr> },
    { id: 'channel', header: t('documents.channel'), cell: (row) => t(`documents.channel.${row.channel}`) },
    {
      id: 'expires_at',
      header: t('documents.expiresAt'),
      cell: (row) => <DateTime at={row.expires_at} />,
    },
    {
      id: 'signed_at',
      header: t('documents.signedAt'),
      cell: (row) => row.signed_at && <DateTime at={row.signed_at} />,
    },
  ];
}
