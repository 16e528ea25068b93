import { Link } from '@tanstack/react-router';
import type { CustomerRow } from '@/shared/api/types';
import type { LocaleValue } from '@/shared/i18n/use-locale';
import type { Column } from '@/shared/table/types';
import { Avatar } from '@/shared/ui/avatar';
import { Badge } from '@/shared/ui/badge';
import { Ago, DateTime, Ltr, Phone, Said } from '@/shared/ui/text';
import styles from './customers.module.css';
import { sourceText } from './source-text';
import { stageTones, statusTones } from './words';

/** More of them are counted, so that a row stays one line. */
const MOST_TAGS = 3;

export function customerColumns({ t }: LocaleValue, onTag: (tag: string) => void): Column<CustomerRow>[] {
  return [
    {
      id: 'name',
      header: t('customers.name'),
      sort: 'name',
      fixed: 'start',
      card: 'title',
      cell: (row) => (
        <Link
          to="/customers/$customerId"
          params={{ customerId: String(row.id) }}
          className={styles.name}
          data-row-link=""
        >
          <Avatar name={row.name || '?'} size={32} />
          <Said>{row.name || t('customers.nameless')}</Said>
        </Link>
      ),
    },
    {
      id: 'phone',
      header: t('calls.phone'),
      cell: (row) => row.phone && <Phone number={row.phone} />,
    },
    {
      id: 'stage',
      header: t('customers.stage'),
      sort: 'stage',
      card: 'corner',
      cell: (row) => <Badge tone={stageTones[row.stage]}>{t(`customers.stage.${row.stage}`)}</Badge>,
    },
    {
      id: 'status',
      header: t('customers.status'),
      sort: 'status',
      cell: (row) => (
        <Badge tone={statusTones[row.status]} dot>
          {t(`customers.status.${row.status}`)}
        </Badge>
      ),
    },
    {
      id: 'tags',
      header: t('customers.tags'),
      cell: (row) =>
        row.tags.length > 0 && (
          <span className={styles.tags}>
            {row.tags.slice(0, MOST_TAGS).map((tag) => (
              <button
                key={tag}
                type="button"
                tabIndex={-1}
                className={styles.tag}
                title={t('customers.filterTag', { tag })}
                onClick={() => onTag(tag)}
              >
                <Said>{tag}</Said>
              </button>
            ))}
            {row.tags.length > MOST_TAGS && (
              <span title={row.tags.slice(MOST_TAGS).join(', ')}>+{row.tags.length - MOST_TAGS}</span>
            )}
          </span>
        ),
    },
    {
      id: 'assignee',
      header: t('customers.assignee'),
      cell: (row) => row.assignee && <Said>{row.assignee.name}</Said>,
    },
    {
      id: 'last_activity',
      header: t('customers.lastActivity'),
      sort: 'last_activity',
      descFirst: true,
      cell: (row) => row.last_activity_at && <Ago at={row.last_activity_at} />,
    },
    {
      id: 'email',
      header: t('customers.email'),
      hidden: true,
      cell: (row) => row.email && <Ltr>{row.email}</Ltr>,
    },
    {
      id: 'source',
      header: t('customers.source'),
      hidden: true,
      cell: (row) => row.source && <Said>{sourceText(t, row.source)}</Said>,
    },
    {
      id: 'created_at',
      header: t('customers.createdAt'),
      sort: 'created_at',
      descFirst: true,
      hidden: true,
      cell: (row) => <DateTime at={row.created_at} />,
    },
  ];
}
