import { useQuery } from '@tanstack/react-query';
import { useLocale } from '@/shared/i18n/use-locale';
import { FilterDay, FilterSelect } from '@/shared/table/filter';
import type { TableState } from '@/shared/table/use-table-state';
import { assigneesQuery } from '@/shared/people/list-assignees';
import { priorities, statuses } from './words';

const moments = ['due', 'created', 'completed'] as const;

/** Of the list and of the board, which knows what is open only. */
export function TaskFilters({ state, board }: { state: TableState; board: boolean }) {
  const { t } = useLocale();
  const { data: assignees = [] } = useQuery(assigneesQuery);
  const { status, assignee, priority, by, doer, from, to } = state.search;
  // Days are asked for from elsewhere; then they can be changed here.
  const byDays = !board && Boolean(by ?? doer ?? from ?? to);
  return (
    <>
      {!board && (
        <FilterSelect
          label={t('tasks.status')}
          value={status}
          onChange={(next) => state.patch({ status: next })}
        >
          <option value="">{t('tasks.status.open')}</option>
          {statuses
            .filter((one) => one !== 'open')
            .map((one) => (
              <option key={one} value={one}>
                {t(`tasks.status.${one}`)}
              </option>
            ))}
          <option value="any">{t('tasks.status.any')}</option>
        </FilterSelect>
      )}
      <FilterSelect
        label={t('tasks.assignee')}
        value={assignee}
        onChange={(next) => state.patch({ assignee: next })}
      >
        <option value="">
          {t('tasks.assignee')}: {t('table.all')}
        </option>
        <option value="me">{t('tasks.mine')}</option>
        <option value="none">{t('tasks.everybody')}</option>
        {assignees.map((one) => (
          <option key={one.id} value={String(one.id)}>
            {one.name}
          </option>
        ))}
      </FilterSelect>
      <FilterSelect
        label={t('tasks.priority')}
        value={priority}
        onChange={(next) => state.patch({ priority: next })}
      >
        <option value="">
          {t('tasks.priority')}: {t('table.all')}
        </option>
        {priorities.map((one) => (
          <option key={one} value={one}>
            {t(`tasks.priority.${one}`)}
          </option>
        ))}
      </FilterSelect>
      {byDays && (
        <>
          <FilterSelect label={t('tasks.by')} value={by} onChange={(next) => state.patch({ by: next })}>
            <option value="">{t('tasks.by.due')}</option>
            {moments
              .filter((one) => one !== 'due')
              .map((one) => (
                <option key={one} value={one}>
                  {t(`tasks.by.${one}`)}
                </option>
              ))}
          </FilterSelect>
          <FilterDay label={t('table.from')} value={from} onChange={(next) => state.patch({ from: next })} />
          <FilterDay label={t('table.to')} value={to} onChange={(next) => state.patch({ to: next })} />
        </>
      )}
      {doer && (
        <FilterSelect label={t('tasks.doer')} value={doer} onChange={(next) => state.patch({ doer: next })}>
          <option value="">
            {t('tasks.doer')}: {t('table.all')}
          </option>
          <option value="me">{t('tasks.mine')}</option>
          {assignees.map((one) => (
            <option key={one.id} value={String(one.id)}>
              {one.name}
            </option>
          ))}
        </FilterSelect>
      )}
    </>
  );
}
