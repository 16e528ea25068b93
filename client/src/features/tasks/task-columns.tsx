import { MessageCircle, Phone as PhoneIcon, Repeat, UsersRound } from 'lucide-react';
import type { Task } from '@/shared/api/types';
import { CustomerLink } from '@/shared/customers/customer-link';
import type { LocaleValue } from '@/shared/i18n/use-locale';
import type { Column } from '@/shared/table/types';
import { Badge } from '@/shared/ui/badge';
import { DateTime, Phone, Said } from '@/shared/ui/text';
import { TaskActions } from './task-actions';
import styles from './tasks.module.css';
import { priorityTones, statusTones } from './words';

const icons = { call: PhoneIcon, whatsapp: MessageCircle, meeting: UsersRound };

export function taskColumns({ t, format }: LocaleValue, onOpen: (task: Task) => void): Column<Task>[] {
  return [
    {
      id: 'title',
      header: t('tasks.title'),
      sort: 'title',
      fixed: 'start',
      card: 'title',
      width: 'wide',
      cell: (row) => {
        const Icon = icons[row.channel];
        return (
          <button type="button" className={styles.open} data-row-link="" onClick={() => onOpen(row)}>
            <Icon size={16} aria-label={t(`call.channel.${row.channel}`)} />
            <Said className={row.status === 'open' ? undefined : styles.closed}>{row.title}</Said>
            {row.repeats !== 'none' && <Repeat size={14} aria-label={t(`tasks.repeats.${row.repeats}`)} />}
          </button>
        );
      },
      csv: (row) => row.title,
    },
    {
      id: 'due_at',
      header: t('tasks.due'),
      sort: 'due_at',
      cell: (row) => (
        <span className={row.overdue ? styles.overdue : undefined}>
          <DateTime at={row.due_at} />
          {row.overdue && <span className={styles.late}>{format.relative(row.due_at)}</span>}
        </span>
      ),
      csv: (row) => format.dateTime(row.due_at),
    },
    {
      id: 'status',
      header: t('tasks.status'),
      card: 'corner',
      cell: (row) => <Badge tone={statusTones[row.status]}>{t(`tasks.state.${row.status}`)}</Badge>,
      csv: (row) => t(`tasks.state.${row.status}`),
    },
    {
      id: 'priority',
      header: t('tasks.priority'),
      sort: 'priority',
      cell: (row) => <Badge tone={priorityTones[row.priority]}>{t(`tasks.priority.${row.priority}`)}</Badge>,
      csv: (row) => t(`tasks.priority.${row.priority}`),
    },
    {
      id: 'customer',
      header: t('tasks.customer'),
      cell: (row) => row.customer && <CustomerLink id={row.customer.id} name={row.customer.name} />,
      csv: (row) => row.customer?.name,
    },
    {
      id: 'phone',
      header: t('calls.phone'),
      hidden: true,
      cell: (row) => row.customer?.phone && <Phone number={row.customer.phone} />,
      csv: (row) => row.customer?.phone,
    },
    {
      id: 'assignee',
      header: t('tasks.assignee'),
      cell: (row) => (row.assignee ? <Said>{row.assignee.name}</Said> : t('tasks.everybody')),
      csv: (row) => row.assignee?.name,
    },
    {
      id: 'created_at',
      header: t('tasks.createdAt'),
      sort: 'created_at',
      descFirst: true,
      hidden: true,
      cell: (row) => <DateTime at={row.created_at} />,
    },
    {
      id: 'actions',
      header: t('table.actions'),
      fixed: 'end',
      width: 'fit',
      cell: (row) => <TaskActions task={row} onEdit={() => onOpen(row)} />,
    },
  ];
}
