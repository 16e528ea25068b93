import { Link } from '@tanstack/react-router';
import type { DocumentRow } from '@/shared/api/documents';
import { CustomerLink } from '@/shared/customers/customer-link';
import { money } from '@/shared/format/money';
import type { LocaleValue } from '@/shared/i18n/use-locale';
import type { Column } from '@/shared/table/types';
import { DateTime, Ltr, Money, Said } from '@/shared/ui/text';
import { drawerOf } from './drawers';
import styles from './documents.module.css';
import { StatusBadge } from './status-badge';
import { kindText } from './words';

export function documentColumns({ t, format }: LocaleValue): Column<DocumentRow>[] {
  return [
    {
      id: 'title',
      header: t('documents.paper'),
      sort: 'title',
      fixed: 'start',
      card: 'title',
      cell: (row) => (
        <Link
          to="/documents/$drawer/$documentId"
          params={{ drawer: drawerOf(row.kind), documentId: String(row.id) }}
          className={styles.name}
          data-row-link=""
        >
          <Said>{row.title || kindText(t, row)}</Said>
        </Link>
      ),
      csv: (row) => row.title || kindText(t, row),
    },
    {
      id: 'number',
      header: t('documents.number'),
      sort: 'number',
      cell: (row) => row.number && <Ltr>{row.number}</Ltr>,
      csv: (row) => row.number,
    },
    {
      id: 'customer',
      header: t('documents.customer'),
      width: 'wide',
      cell: (row) => <CustomerLink id={row.customer.id} name={row.customer.name} />,
      csv: (row) => row.customer.name,
    },
    {
      id: 'status',
      header: t('documents.status'),
      sort: 'status',
      card: 'corner',
      cell: (row) => <StatusBadge status={row.status} />,
      csv: (row) => t(`documents.status.${row.status}`),
    },
    {
      id: 'kind',
      header: t('documents.kind'),
      cell: (row) => kindText(t, row),
      csv: (row) => kindText(t, row),
    },
    {
      id: 'total',
      header: t('documents.total'),
      sort: 'total',
      descFirst: true,
      cell: (row) => row.total > 0 && <Money agorot={row.total} />,
      csv: (row) => money(row.total),
    },
    {
      id: 'created_at',
      header: t('documents.createdAt'),
      sort: 'created_at',
      descFirst: true,
      cell: (row) => <DateTime at={row.created_at} />,
      csv: (row) => format.dateTime(row.created_at),
    },
  ];
}
