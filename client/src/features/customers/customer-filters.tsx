import { useQuery } from '@tanstack/react-query';
import type { CustomerRow } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { assigneesQuery } from '@/shared/people/list-assignees';
import { FilterDay, FilterSelect } from '@/shared/table/filter';
import type { TableState } from '@/shared/table/use-table-state';
import { stages, statuses } from './words';

/** Tags that are offered are those in sight, and the one that is chosen. */
export function CustomerFilters({ state, rows }: { state: TableState; rows: readonly CustomerRow[] }) {
  const { t } = useLocale();
  const { data: assignees = [] } = useQuery(assigneesQuery);
  const { status, stage, tag, assignee, reached, from, to } = state.search;
  const tags = [...new Set([...(tag ? [tag] : []), ...rows.flatMap((row) => row.tags)])].toSorted();
  return (
    <>
      <FilterSelect
        label={t('customers.status')}
        value={status}
        onChange={(next) => state.patch({ status: next })}
      >
        <option value="">
          {t('customers.status')}: {t('table.all')}
        </option>
        {statuses.map((one) => (
          <option key={one} value={one}>
            {t(`customers.status.${one}`)}
          </option>
        ))}
      </FilterSelect>
      <FilterSelect
        label={t('customers.stage')}
        value={stage}
        onChange={(next) => state.patch({ stage: next })}
      >
        <option value="">
          {t('customers.stage')}: {t('table.all')}
        </option>
        {stages.map((one) => (
          <option key={one} value={one}>
            {t(`customers.stage.${one}`)}
          </option>
        ))}
      </FilterSelect>
      <FilterSelect
        label={t('customers.assignee')}
        value={assignee}
        onChange={(next) => state.patch({ assignee: next })}
      >
        <option value="">
          {t('customers.assignee')}: {t('table.all')}
        </option>
        <option value="me">{t('customers.mine')}</option>
        <option value="none">{t('customers.nobodys')}</option>
        {assignees.map((one) => (
          <option key={one.id} value={String(one.id)}>
            {one.name}
          </option>
        ))}
      </FilterSelect>
      {tags.length > 0 && (
        <FilterSelect label={t('customers.tag')} value={tag} onChange={(next) => state.patch({ tag: next })}>
          <option value="">
            {t('customers.tag')}: {t('table.all')}
          </option>
          {tags.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </FilterSelect>
      )}
      {reached && (
        <FilterSelect
          label={t('customers.reached')}
          value={reached}
          onChange={(next) => state.patch({ reached: next })}
        >
          <option value="">
            {t('customers.reached')}: {t('table.all')}
          </option>
          {stages
            .filter((one) => one !== 'lost')
            .map((one) => (
              <option key={one} value={one}>
                {t('customers.reachedStage', { stage: t(`customers.stage.${one}`) })}
              </option>
            ))}
        </FilterSelect>
      )}
      {(reached ?? from ?? to) && (
        <>
          <FilterDay
            label={t('customers.madeFrom')}
            value={from}
            onChange={(next) => state.patch({ from: next })}
          />
          <FilterDay label={t('table.to')} value={to} onChange={(next) => state.patch({ to: next })} />
        </>
      )}
    </>
  );
}
