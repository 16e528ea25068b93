import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import type { BulkJob } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { Progress } from '@/shared/ui/progress';
import { useToast } from '@/shared/ui/use-toast';
import { jobQuery } from './api/bulk';

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
  return <Progress text={text} done={now.done} total={now.total} />;
}
