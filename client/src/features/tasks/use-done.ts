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
  return (task: { id: number; title: string }) =>
    change.mutate(
      { id: task.id, status: 'done' },
      {
        onError: failed,
        onSuccess: () =>
          toast.show({
            text: t('tasks.doneToast', { title: task.title }),
            undo: () => change.mutate({ id: task.id, status: 'open' }, { onError: failed }),
          }),
      },
    );
}
