import { useQuery } from '@tanstack/react-query';
import { ListTodo, MessageCircle, Phone as PhoneIcon, UsersRound } from 'lucide-react';
import { useState } from 'react';
import type { Task } from '@/shared/api/types';
import type { PickedCustomer } from '@/shared/customers/customer-picker';
import { useLocale } from '@/shared/i18n/use-locale';
import { Badge } from '@/shared/ui/badge';
import { cx } from '@/shared/ui/cx';
import { Empty } from '@/shared/ui/empty';
import { Failure } from '@/shared/ui/failure';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { DateTime, Said } from '@/shared/ui/text';
import { tasksQuery } from '../api/list-tasks';
import { QuickAdd } from '../quick/quick-add';
import { TaskActions } from '../task-actions';
import { TaskDialog } from '../task-dialog';
import { priorityTones, statusTones } from '../words';
import styles from './customer-tasks.module.css';

const icons = { call: PhoneIcon, whatsapp: MessageCircle, meeting: UsersRound };

interface Props {
  customer: PickedCustomer;
  /** Only what is open, among other things. */
  brief?: boolean;
}

/** What is to be done for one customer, then what was. */
export function CustomerTasks({ customer, brief }: Props) {
  const { t } = useLocale();
  const [editing, setEditing] = useState<Task | null>(null);
  const open = useQuery(
    tasksQuery({ customer_id: customer.id, status: 'open', sort: 'due_at', limit: brief ? 5 : 100 }),
  );
  const done = useQuery({
    ...tasksQuery({ customer_id: customer.id, status: 'done', sort: '-due_at', limit: 25 }),
    enabled: !brief,
  });
  const list = (tasks: readonly Task[]) => (
    <ul className={styles.list}>
      {tasks.map((task) => (
        <Row key={task.id} task={task} onEdit={() => setEditing(task)} />
      ))}
    </ul>
  );
  return (
    <div className={styles.tasks}>
      {!brief && <QuickAdd customer={customer} />}
      {open.isError && !open.data ? (
        <Failure error={open.error} onRetry={() => void open.refetch()} />
      ) : !open.data ? (
        <SkeletonLines lines={3} />
      ) : open.data.results.length > 0 ? (
        list(open.data.results)
      ) : (
        !brief && <Empty icon={ListTodo} title={t('tasks.empty.all')} text={t('tasks.emptyForCustomer')} />
      )}
      {done.data && done.data.results.length > 0 && !brief && (
        <>
          <h2 className={styles.heading}>{t('tasks.status.done')}</h2>
          {list(done.data.results)}
        </>
      )}
      {editing && <TaskDialog key={editing.id} task={editing} onClose={() => setEditing(null)} />}
    </div>
  );
}

function Row({ task, onEdit }: { task: Task; onEdit: () => void }) {
  const { t, format } = useLocale();
  const Icon = icons[task.channel];
  return (
    <li className={styles.row}>
      <Icon size={18} aria-label={t(`call.channel.${task.channel}`)} />
      <button type="button" className={styles.title} onClick={onEdit}>
        <Said className={task.status === 'open' ? undefined : styles.closed}>{task.title}</Said>
        <span className={cx(styles.when, task.overdue && styles.overdue)}>
          <DateTime at={task.due_at} />
          {task.overdue && <span>{format.relative(task.due_at)}</span>}
          {task.assignee && <Said>{task.assignee.name}</Said>}
        </span>
      </button>
      {task.status !== 'open' ? (
        <Badge tone={statusTones[task.status]}>{t(`tasks.state.${task.status}`)}</Badge>
      ) : (
        (task.priority === 'high' || task.priority === 'urgent') && (
          <Badge tone={priorityTones[task.priority]}>{t(`tasks.priority.${task.priority}`)}</Badge>
        )
      )}
      <TaskActions task={task} onEdit={onEdit} />
    </li>
  );
}
