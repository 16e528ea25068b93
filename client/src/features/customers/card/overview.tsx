import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { History } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Customer } from '@/shared/api/types';
import { isKey } from '@/shared/i18n/translate';
import { useLocale } from '@/shared/i18n/use-locale';
import { Card } from '@/shared/ui/card';
import { Empty } from '@/shared/ui/empty';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { Said } from '@/shared/ui/text';
import { timelineQuery } from '../api/timeline';
import styles from './card.module.css';
import { NoteForm } from './notes';
import { detailText } from '@/shared/format/detail-text';
import { EntryList } from './timeline';

const NEWEST = 6;

/** What one wants to know before one speaks: what is to be done, what was last, what was told of them. */
export function Overview({ customer, tasks }: { customer: Customer; tasks: ReactNode }) {
  const { t } = useLocale();
  const { data } = useInfiniteQuery(timelineQuery(customer.id));
  const items = data?.pages[0]?.items;
  const details = Object.entries(customer.details).flatMap(([name, value]) => {
    const text = detailText(value);
    return text && !['city', 'rooms', 'budget'].includes(name) ? [{ name, text }] : [];
  });
  return (
    <div className={styles.overview}>
      <NoteForm id={customer.id} />
      {tasks && <Card title={t('customers.openTasks')}>{tasks}</Card>}
      <Card
        title={t('customers.lately')}
        actions={
          <Link
            to="/customers/$customerId"
            params={{ customerId: String(customer.id) }}
            search={{ tab: 'timeline' }}
            className={styles.all}
          >
            {t('customers.wholeTimeline')}
          </Link>
        }
      >
        {!items ? (
          <SkeletonLines lines={6} />
        ) : items.length === 0 ? (
          <Empty
            icon={History}
            title={t('customers.timelineEmpty')}
            text={t('customers.timelineEmptyText')}
          />
        ) : (
          <EntryList items={items.slice(0, NEWEST)} />
        )}
      </Card>
      {details.length > 0 && (
        <Card title={t('call.details')}>
          <dl className={styles.facts}>
            {details.map(({ name, text }) => {
              const key = `call.detail.${name}`;
              return (
                <div key={name} className={styles.fact}>
                  <dt>{isKey(key) ? t(key) : name}</dt>
                  <dd>
                    <Said>{text}</Said>
                  </dd>
                </div>
              );
            })}
          </dl>
        </Card>
      )}
    </div>
  );
}
