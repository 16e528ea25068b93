import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import type { BulkJob } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { useToast } from '@/shared/ui/use-toast';
import { jobQuery } from './api/bulk';
import styles from './customers.module.css';

/** How far the engine is with many; it goes on without the page, too. */
export function JobProgress({ job, onDone }: { job: BulkJob; onDone: () => void }) {
  const { t, format } = useLocale();
  const toast = useToast();
  const client = useQueryClient();
  const { data: now = job } = useQuery(jobQuery(job.id));
  const finish = useEffectEvent(() => {
    toast.show({ text: t('customers.changed', { count: now.changed }) });
    void client.invalidateQueries({ queryKey: ['customers', 'list'] });
    onDone();
  });
  const finished = now.finished_at != null;
  useEffect(() => {
    if (finished) finish();
  }, [finished]);
  const text = t('customers.job', { done: format.number(now.done), total: format.number(now.total) });
  return (
    <div className={styles.job} role="status">
      <span>{text}</span>
      <progress aria-label={text} max={Math.max(now.total, 1)} value={now.done} />
    </div>
  );
}
