import type { Business } from '@/shared/api/types';
import type { LocaleValue } from '@/shared/i18n/use-locale';
import type { Column } from '@/shared/table/types';
import { Badge } from '@/shared/ui/badge';
import { Ago, DateTime, Ltr, Phone, Said } from '@/shared/ui/text';
import { BusinessActions } from './business-actions';
import styles from './businesses.module.css';

export function businessColumns(
  { t, format }: LocaleValue,
  onEdit: (business: Business) => void,
): Column<Business>[] {
  return [
    {
      id: 'name',
      header: t('businesses.name'),
      sort: 'name',
      width: 'wide',
      fixed: 'start',
      card: 'title',
      cell: (row) => (
        <button type="button" className={styles.name} data-row-link="" onClick={() => onEdit(row)}>
          <Said>{row.name}</Said>
        </button>
      ),
      csv: (row) => row.name,
    },
    {
      id: 'state',
      header: t('businesses.state'),
      card: 'corner',
      cell: (row) => (
        <Badge tone={row.active ? 'good' : 'quiet'} dot>
          {t(row.active ? 'businesses.active' : 'businesses.inactive')}
        </Badge>
      ),
      csv: (row) => t(row.active ? 'businesses.active' : 'businesses.inactive'),
    },
    {
      id: 'numbers',
      header: t('businesses.numbers'),
      cell: (row) => {
        const [first, ...others] = row.numbers;
        return first ? (
          <span>
            <Phone number={first} />
            {others.length > 0 && (
              <span className={styles.more}>
                <Ltr>+{others.length}</Ltr>
              </span>
            )}
          </span>
        ) : null;
      },
      csv: (row) => row.numbers.join(' '),
    },
    {
      id: 'features',
      header: t('businesses.features'),
      cell: (row) => (
        <span className={styles.features}>
          {row.features.map((feature) => (
            <Badge key={feature}>{t(`feature.${feature}`)}</Badge>
          ))}
        </span>
      ),
      csv: (row) => row.features.map((feature) => t(`feature.${feature}`)).join(' '),
    },
    {
      id: 'concurrent',
      header: t('businesses.concurrent'),
      hidden: true,
      cell: (row) => format.number(row.limits.concurrent_calls),
      csv: (row) => row.limits.concurrent_calls,
    },
    {
      id: 'per_day',
      header: t('businesses.perDay'),
      hidden: true,
      cell: (row) => format.number(row.limits.calls_per_day),
      csv: (row) => row.limits.calls_per_day,
    },
    {
      id: 'created_at',
      header: t('businesses.created'),
      sort: 'created_at',
      descFirst: true,
      hidden: true,
      cell: (row) => <DateTime at={row.created_at} />,
      csv: (row) => row.created_at,
    },
    {
      id: 'updated_at',
      header: t('businesses.updated'),
      sort: 'updated_at',
      descFirst: true,
      cell: (row) => <Ago at={row.updated_at} />,
      csv: (row) => row.updated_at,
    },
    {
      id: 'actions',
      header: t('table.actions'),
      fixed: 'end',
      width: 'fit',
      cell: (row) => <BusinessActions business={row} onEdit={() => onEdit(row)} />,
    },
  ];
}
