import type { Query } from '@/shared/api/request';
import type { BulkDo, BulkJob, CustomerRow } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { useToast } from '@/shared/ui/use-toast';
import { useBulk } from './api/bulk';
import { useRemoveCustomer } from './api/remove-customer';
import { wayBack } from './way-back';

export interface Work {
  picked: readonly CustomerRow[];
  /** Everybody whom the list's filter means, in place of those who are picked. */
  everybody: Query | null;
  onDone: () => void;
  onJob: (job: BulkJob) => void;
}

/** Does it with those who are picked, and offers the way back; of everybody nobody knows how they were, so there is none. */
export function useBulkWork({ picked, everybody, onDone, onJob }: Work) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const bulk = useBulk();
  const restore = useRemoveCustomer();
  const failed = (error: unknown) => toast.show({ tone: 'bad', text: errorText(error) });
  const undo = async (work: BulkDo) => {
    for (const step of wayBack(work, picked)) {
      if ('restore' in step) for (const id of step.restore) await restore.mutateAsync({ id, back: true });
      else await bulk.mutateAsync(step);
    }
  };
  const run = (work: BulkDo) => {
    const whom = everybody ? { filter: everybody } : { ids: picked.map((one) => one.id) };
    bulk
      .mutateAsync({ ...whom, do: work })
      .then(({ total, job }) => {
        if (job) onJob(job);
        else
          toast.show({
            text: t('delete' in work ? 'customers.deleted' : 'customers.changed', { count: total }),
            ...(!everybody && { undo: () => void undo(work).catch(failed) }),
          });
        onDone();
      })
      .catch(failed);
  };
  return { run, busy: bulk.isPending };
}
