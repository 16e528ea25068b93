import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FileText } from 'lucide-react';
import type { PickedCustomer } from '@/shared/customers/customer-picker';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { Empty } from '@/shared/ui/empty';
import { Failure, FeatureOff } from '@/shared/ui/failure';
import forms from '@/shared/ui/form.module.css';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { DateTime, Ltr, Money, Said } from '@/shared/ui/text';
import { useRemoved } from '@/shared/ui/use-removal';
import { documentsQuery } from '../api/documents';
import styles from '../documents.module.css';
import { drawerOf, drawers, featureOf } from '../drawers';
import { StatusBadge } from '../status-badge';
import { kindText } from '../words';
import { NewDocument } from './new-document';

const MOST = 100;

/** Every paper of one customer, the newest first. */
export function CustomerDocuments({ customer }: { customer: PickedCustomer }) {
  const { t } = useLocale();
  const me = useMe();
  const removed = useRemoved();
  const open = drawers.filter((one) => me.has(featureOf(one)));
  const queries = useQueries({
    queries: open.map((drawer) =>
      documentsQuery(drawer, { customer: customer.id, sort: '-created_at', limit: MOST }),
    ),
  });
  const failed = queries.find((query) => query.isError && !query.data);
  if (open.length === 0) return <FeatureOff feature="signatures" />;
  const papers = queries
    .flatMap((query) => query.data?.results ?? [])
    .filter((one) => !removed.has(`document:${drawerOf(one.kind)}:${one.id}`))
    .toSorted((a, b) => b.created_at.localeCompare(a.created_at));
  return (
    <section className={forms.form} aria-label={t('customers.tab.documents')}>
      <div>
        <NewDocument customer={customer} />
      </div>
      {failed ? (
        <Failure error={failed.error} onRetry={() => void failed.refetch()} />
      ) : queries.some((query) => query.isPending) ? (
        <SkeletonLines lines={4} />
      ) : papers.length === 0 ? (
        <Empty icon={FileText} title={t('documents.empty')} text={t('documents.emptyForCustomer')} />
      ) : (
        <ul className={styles.papers}>
          {papers.map((one) => (
            <li key={`${one.kind}-${one.id}`}>
              <Link
                to="/documents/$drawer/$documentId"
                params={{ drawer: drawerOf(one.kind), documentId: String(one.id) }}
              >
                <FileText size={18} aria-hidden />
                <span className={styles.what}>
                  <Said className={styles.name}>{one.title || kindText(t, one)}</Said>
                  <span className={styles.when}>
                    {one.number && <Ltr>{one.number}</Ltr>}
                    <DateTime at={one.created_at} />
                    {one.total > 0 && <Money agorot={one.total} />}
                  </span>
                </span>
                <StatusBadge status={one.status} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
