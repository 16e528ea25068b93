import * as Radix from '@radix-ui/react-popover';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bell as BellIcon } from 'lucide-react';
import { useState } from 'react';
import { useLocale } from '@/shared/i18n/use-locale';
import { cx } from '@/shared/ui/cx';
import { DateTime, Said } from '@/shared/ui/text';
import { taskCountsQuery } from './api/task-counts';
import { tasksQuery } from './api/list-tasks';
import styles from './bell.module.css';

/** Of each part. */
const MOST = 5;

/** In the header of every page: how much is overdue or due today, and what. */
export function Bell() {
  const { t, dir } = useLocale();
  const [open, setOpen] = useState(false);
  const { data: counts } = useQuery(taskCountsQuery);
  const overdue = counts?.overdue ?? 0;
  const today = counts?.today ?? 0;
  const text = counts ? t('bell.text', { overdue, today }) : t('bell.title');
  return (
    <Radix.Root open={open} onOpenChange={setOpen}>
      <Radix.Trigger asChild>
        <button type="button" className={styles.bell} aria-label={text} title={text}>
          <BellIcon size={20} aria-hidden />
          {overdue + today > 0 && (
            <span className={cx(styles.count, overdue > 0 && styles.bad)} aria-hidden>
              {overdue || today}
            </span>
          )}
        </button>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className={styles.sheet}
          dir={dir}
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label={t('bell.title')}
        >
          <Part range="overdue" onGo={() => setOpen(false)} />
          <Part range="today" onGo={() => setOpen(false)} />
          <Link to="/tasks" className={styles.all} onClick={() => setOpen(false)}>
            {t('bell.all')}
          </Link>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Part({ range, onGo }: { range: 'overdue' | 'today'; onGo: () => void }) {
  const { t } = useLocale();
  const { data } = useQuery(tasksQuery({ range, status: 'open', sort: 'due_at', limit: 25 }));
  // What is overdue since this morning is of today, too; it is told once.
  const all = (data?.results ?? []).filter((task) => range === 'overdue' || !task.overdue);
  const tasks = all.slice(0, MOST);
  return (
    <section className={styles.part}>
      <h2>
        {t(`tasks.range.${range}`)}
        {range === 'overdue' && data && data.total > 0 && <span className={styles.total}>{data.total}</span>}
      </h2>
      {data && tasks.length === 0 && <p className={styles.none}>{t(`bell.none.${range}`)}</p>}
      <ul>
        {tasks.map((task) => (
          <li key={task.id}>
            <Link to="/tasks" search={{ task: task.id }} className={styles.task} onClick={onGo}>
              <Said className={styles.title}>{task.title}</Said>
              <span className={styles.when}>
                <DateTime at={task.due_at} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
