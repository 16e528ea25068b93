import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { useToast } from '@/shared/ui/use-toast';
import { useChangeTask } from './api/change-task';

/** Done, with a way back. */
export function useDone() {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const change = useChangeTask();
  const failed = (error: unknown) => toast.show({ tone: 'bad', text: errorText(error) });
  // A promise, not the mutation's callbacks: those are dropped with the reminder, which goes before the answer comes.
  return (task: { id: number; title: string }) => {
    const undo = () => void change.mutateAsync({ id: task.id, status: 'open' }).catch(failed);
    const text = t('tasks.doneToast', { title: task.title });
    change
      .mutateAsync({ id: task.id, status: 'done' })
      .then(() => toast.show({ text, undo }))
      .catch(failed);
  };
}
