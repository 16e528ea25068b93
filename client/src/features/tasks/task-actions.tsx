import { AlarmClock, Ban, Check, EllipsisVertical, Pencil, Undo2 } from 'lucide-react';
import type { Task, TaskPatch } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { IconButton } from '@/shared/ui/button';
import { Menu, MenuItem, MenuLine } from '@/shared/ui/menu';
import { useToast } from '@/shared/ui/use-toast';
import { useChangeTask } from './api/change-task';
import styles from './tasks.module.css';
import { useDone } from './use-done';

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

/** Done at a press, the rest in a menu. */
export function TaskActions({ task, onEdit }: { task: Task; onEdit: () => void }) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const change = useChangeTask();
  const done = useDone();
  const open = task.status === 'open';
  const send = (patch: TaskPatch, text: string) =>
    change.mutate(
      { id: task.id, version: task.version, ...patch },
      {
        onSuccess: () => toast.show({ text }),
        onError: (error) => toast.show({ tone: 'bad', text: errorText(error) }),
      },
    );
  /** It is due again then, and rings then. */
  const later = (minutes: number) =>
    send({ due_at: inMinutes(minutes) }, t('due.snoozed', { count: minutes }));
  return (
    <span className={styles.actions}>
      {open ? (
        <IconButton small label={t('tasks.markDone', { title: task.title })} onClick={() => done(task)}>
          <Check size={18} aria-hidden />
        </IconButton>
      ) : (
        <IconButton
          small
          label={t('tasks.reopen', { title: task.title })}
          onClick={() => send({ status: 'open' }, t('tasks.reopened'))}
        >
          <Undo2 size={18} aria-hidden />
        </IconButton>
      )}
      <Menu
        trigger={
          <IconButton small label={t('tasks.more', { title: task.title })}>
            <EllipsisVertical size={18} aria-hidden />
          </IconButton>
        }
      >
        <MenuItem icon={<Pencil size={16} aria-hidden />} onSelect={onEdit}>
          {t('action.edit')}
        </MenuItem>
        {open && (
          <>
            <MenuLine />
            {[5, 15, 60].map((minutes) => (
              <MenuItem
                key={minutes}
                icon={<AlarmClock size={16} aria-hidden />}
                onSelect={() => later(minutes)}
              >
                {t('tasks.later', { count: minutes })}
              </MenuItem>
            ))}
            <MenuLine />
            <MenuItem
              icon={<Ban size={16} aria-hidden />}
              danger
              onSelect={() => send({ status: 'canceled' }, t('tasks.canceled'))}
            >
              {t('tasks.cancel')}
            </MenuItem>
          </>
        )}
      </Menu>
    </span>
  );
}
