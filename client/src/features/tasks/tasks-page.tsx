import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Columns3, List, ListTodo, Plus } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import type { Task } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { DataTable } from '@/shared/table/data-table';
import { dayBounds } from '@/shared/table/day-bounds';
import { useTableState } from '@/shared/table/use-table-state';
import { Button } from '@/shared/ui/button';
import { FeatureOff, NoBusiness } from '@/shared/ui/failure';
import { Page } from '@/shared/ui/page';
import { byWholeAddress, TabLinks } from '@/shared/ui/tab-links';
import { taskQuery } from './api/get-task';
import { tasksQuery } from './api/list-tasks';
import { taskCountsQuery } from './api/task-counts';
import { Board } from './board';
import { taskColumns } from './task-columns';
import { QuickAdd } from './quick/quick-add';
import { TaskDialog } from './task-dialog';
import { TaskFilters } from './task-filters';
import styles from './tasks.module.css';
import { ranges, type Range } from './words';

export function TasksPage() {
  const { t } = useLocale();
  const me = useMe();
  const state = useTableState();
  const { search } = state;
  const ready = me.business != null && me.has('crm');
  const board = search.view === 'board';
  const create = () => state.patch({ task: 'new', page: search.page });
  const action = (
    <Button look="primary" onClick={create}>
      <Plus size={18} aria-hidden />
      {t('tasks.new')}
    </Button>
  );
  return (
    <Page
      title={t('tasks.page')}
      subtitle={t('tasks.subtitle')}
      actions={
        ready && (
          <>
            <Button onClick={() => state.patch({ view: board ? undefined : 'board' })}>
              {board ? <List size={18} aria-hidden /> : <Columns3 size={18} aria-hidden />}
              {t(board ? 'tasks.list' : 'tasks.board')}
            </Button>
            {action}
          </>
        )
      }
    >
      {!me.business ? (
        <NoBusiness />
      ) : !ready ? (
        <FeatureOff feature="crm" />
      ) : (
        <Tasks action={action} board={board} />
      )}
    </Page>
  );
}

function Tasks({ action, board }: { action: ReactNode; board: boolean }) {
  const locale = useLocale();
  const { t } = locale;
  const state = useTableState();
  const { q, sort, status = 'open', assignee, priority, tab, task, by, doer, from, to } = state.search;
  const [picked, setPicked] = useState<Task | null>(null);
  const range: Range = ranges.find((one) => one === tab) ?? 'all';
  const filtered = { q, assignee, priority };
  const asked = {
    ...filtered,
    sort,
    status: status === 'any' ? undefined : status,
    range: range === 'all' ? undefined : range,
    by,
    done_by: doer,
    ...dayBounds({ from, to }, locale.timeZone),
  };
  const query = useQuery({
    ...tasksQuery({ ...asked, page: state.page, limit: state.limit }),
    enabled: !board,
  });
  const { data: counts } = useQuery(taskCountsQuery);
  const id = typeof task === 'number' ? task : null;
  const { data: linked } = useQuery({ ...taskQuery(id ?? 0), enabled: id !== null && picked?.id !== id });
  const patch = state.patch;
  const columns = useMemo(
    () =>
      taskColumns(locale, (row) => {
        setPicked(row);
        patch({ task: row.id });
      }),
    [locale, patch],
  );
  const opened = id === null ? null : picked?.id === id ? picked : (linked ?? null);
  const close = () => {
    setPicked(null);
    patch({ task: undefined });
  };
  const filters = <TaskFilters state={state} board={board} />;
  return (
    <>
      <QuickAdd />
      {board ? (
        <>
          <div className={styles.filters}>{filters}</div>
          <Board
            asked={filtered}
            onOpen={(row) => {
              setPicked(row);
              patch({ task: row.id });
            }}
          />
        </>
      ) : (
        <>
          <TabLinks label={t('tasks.ranges')} current={range}>
            {ranges.map((one) => (
              <Link
                key={one}
                to="/tasks"
                search={(before) =>
                  one === range
                    ? before
                    : { ...before, tab: one === 'all' ? undefined : one, page: undefined }
                }
                activeOptions={byWholeAddress}
                aria-current={one === range ? 'page' : undefined}
              >
                {t(`tasks.range.${one}`)}
                {counts && one !== 'all' && counts[one] > 0 && ` (${counts[one]})`}
              </Link>
            ))}
          </TabLinks>
          <DataTable<Task>
            label={t('tasks.page')}
            columns={columns}
            state={state}
            query={query}
            rowId={(row) => row.id}
            filterNames={['status', 'assignee', 'priority', 'by', 'doer', 'from', 'to']}
            filters={filters}
            rowTone={(row) => (row.status === 'open' ? undefined : 'quiet')}
            empty={{
              icon: ListTodo,
              title: t(`tasks.empty.${range}`),
              text: t('tasks.emptyText'),
              action,
            }}
          />
        </>
      )}
      {(task === 'new' || opened) && <TaskDialog key={opened?.id ?? 'new'} task={opened} onClose={close} />}
    </>
  );
}
