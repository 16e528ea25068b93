import { useQuery } from '@tanstack/react-query';
import { CalendarArrowUp } from 'lucide-react';
import { useState } from 'react';
import type { Query } from '@/shared/api/request';
import type { Task } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { CustomerLink } from '@/shared/customers/customer-link';
import { useLocale } from '@/shared/i18n/use-locale';
import { useNow } from '@/shared/time/use-now';
import { Badge } from '@/shared/ui/badge';
import { IconButton } from '@/shared/ui/button';
import { Failure } from '@/shared/ui/failure';
import { Menu, MenuHeading, MenuItem } from '@/shared/ui/menu';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { DateTime, Said } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import { useChangeTask } from './api/change-task';
import { tasksQuery } from './api/list-tasks';
import { boardColumns, columnOf, movedTo, openColumns, type BoardColumn } from './board-days';
import styles from './board.module.css';
import { TaskActions } from './task-actions';
import { priorityTones } from './words';

const MOST = 100;

/** What is open, by the day on which it is due. A card is moved by its menu, or with the mouse. */
export function Board({ asked, onOpen }: { asked: Query; onOpen: (task: Task) => void }) {
  const { t, timeZone } = useLocale();
  const now = useNow(30_000);
  const query = useQuery(tasksQuery({ ...asked, status: 'open', sort: 'due_at', limit: MOST }));
  const move = useMove();
  const [over, setOver] = useState<BoardColumn | null>(null);
  if (query.isError && !query.data)
    return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <SkeletonLines lines={6} />;
  const tasks = query.data.results;
  const takers = openColumns(now, timeZone);
  return (
    <>
      <div className={styles.board}>
        {boardColumns.map((column) => {
          const cards = tasks.filter((task) => columnOf(task.due_at, now, timeZone) === column);
          const takes = takers.includes(column);
          return (
            // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the mouse's way; the keyboard's is each card's menu
            <section
              key={column}
              className={styles.column}
              aria-label={t(`tasks.column.${column}`)}
              data-over={over === column || undefined}
              onDragOver={(event) => {
                if (!takes) return;
                event.preventDefault();
                setOver(column);
              }}
              onDragLeave={() => setOver(null)}
              onDrop={(event) => {
                setOver(null);
                const id = Number(event.dataTransfer.getData('text/plain'));
                const task = tasks.find((one) => one.id === id);
                if (takes && task) move(task, column);
              }}
            >
              <h2>
                {t(`tasks.column.${column}`)} <span className={styles.total}>{cards.length}</span>
              </h2>
              <ul>
                {cards.map((task) => (
                  // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- as above
                  <li
                    key={task.id}
                    className={styles.card}
                    draggable
                    onDragStart={(event) => event.dataTransfer.setData('text/plain', String(task.id))}
                  >
                    <button type="button" className={styles.title} onClick={() => onOpen(task)}>
                      <Said>{task.title}</Said>
                    </button>
                    <span className={styles.facts}>
                      <DateTime at={task.due_at} />
                      {task.customer && <CustomerLink id={task.customer.id} name={task.customer.name} />}
                      {task.priority !== 'normal' && (
                        <Badge tone={priorityTones[task.priority]}>
                          {t(`tasks.priority.${task.priority}`)}
                        </Badge>
                      )}
                    </span>
                    <span className={styles.foot}>
                      <Menu
                        trigger={
                          <IconButton small label={t('tasks.move', { title: task.title })}>
                            <CalendarArrowUp size={18} aria-hidden />
                          </IconButton>
                        }
                      >
                        <MenuHeading>{t('tasks.moveTo')}</MenuHeading>
                        {takers
                          .filter((one) => one !== column)
                          .map((one) => (
                            <MenuItem key={one} onSelect={() => move(task, one)}>
                              {t(`tasks.column.${one}`)}
                            </MenuItem>
                          ))}
                      </Menu>
                      <TaskActions task={task} onEdit={() => onOpen(task)} />
                    </span>
                  </li>
                ))}
              </ul>
              {cards.length === 0 && <p className={styles.none}>{t('tasks.columnEmpty')}</p>}
            </section>
          );
        })}
      </div>
      {query.data.total > MOST && (
        <p className={styles.none}>{t('tasks.boardMost', { count: MOST, total: query.data.total })}</p>
      )}
    </>
  );
}

function useMove() {
  const { t, timeZone } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const change = useChangeTask();
  const failed = (error: unknown) => toast.show({ tone: 'bad', text: errorText(error) });
  return (task: Task, column: BoardColumn) =>
    change.mutate(
      { id: task.id, version: task.version, due_at: movedTo(task, column, Date.now(), timeZone) },
      {
        onError: failed,
        onSuccess: () =>
          toast.show({
            text: t('tasks.moved', { column: t(`tasks.column.${column}`) }),
            undo: () => change.mutate({ id: task.id, due_at: task.due_at }, { onError: failed }),
          }),
      },
    );
}
