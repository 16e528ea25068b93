import { useQuery } from '@tanstack/react-query';
import type { CallStatus } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { assigneesQuery } from '@/shared/people/list-assignees';
import { useMe } from '@/shared/session/me';
import { FilterDay, FilterSelect } from '@/shared/table/filter';
import type { TableState } from '@/shared/table/use-table-state';

const statuses: readonly CallStatus[] = [
  'in_progress',
  'ringing',
  'completed',
  'no_answer',
  'busy',
  'canceled',
  'failed',
];
const outcomes = ['answered', 'missed'] as const;
const directions = ['inbound', 'outbound'] as const;
const DAYS = Array.from({ length: 7 }, (_, day) => day);
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** Names in the address that are filters of calls. */
export const callFilters = [
  'status',
  'outcome',
  'direction',
  'weekday',
  'hour',
  'message',
  'followed',
  'from',
  'to',
] as const;

/** What is asked for seldom has its field only when an address asks for it. */
export function CallFilters({ state }: { state: TableState }) {
  const { t, format } = useLocale();
  const { status, outcome, direction, weekday, hour, message, followed, from, to } = state.search;
  const all = (label: string) => (
    <option value="">
      {label}: {t('table.all')}
    </option>
  );
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  return (
    <>
      <FilterSelect
        label={t('calls.status')}
        value={status}
        onChange={(next) => state.patch({ status: next })}
      >
        {all(t('calls.status'))}
        {statuses.map((one) => (
          <option key={one} value={one}>
            {t(`call.${one}`)}
          </option>
        ))}
      </FilterSelect>
      <FilterSelect
        label={t('calls.outcome')}
        value={outcome}
        onChange={(next) => state.patch({ outcome: next })}
      >
        {all(t('calls.outcome'))}
        {outcomes.map((one) => (
          <option key={one} value={one}>
            {t(`calls.outcome.${one}`)}
          </option>
        ))}
      </FilterSelect>
      <FilterSelect
        label={t('calls.direction')}
        value={direction}
        onChange={(next) => state.patch({ direction: next })}
      >
        {all(t('calls.direction'))}
        {directions.map((one) => (
          <option key={one} value={one}>
            {t(`calls.${one}`)}
          </option>
        ))}
      </FilterSelect>
      {weekday !== undefined && (
        <FilterSelect
          label={t('calls.weekday')}
          value={String(weekday)}
          onChange={(next) => state.patch({ weekday: number(next) })}
        >
          {all(t('calls.weekday'))}
          {DAYS.map((one) => (
            <option key={one} value={one}>
              {format.weekday(one)}
            </option>
          ))}
        </FilterSelect>
      )}
      {hour !== undefined && (
        <FilterSelect
          label={t('calls.hour')}
          value={String(hour)}
          onChange={(next) => state.patch({ hour: number(next) })}
        >
          {all(t('calls.hour'))}
          {HOURS.map((one) => (
            <option key={one} value={one}>
              {`${String(one).padStart(2, '0')}:00–${String(one).padStart(2, '0')}:59`}
            </option>
          ))}
        </FilterSelect>
      )}
      {message && (
        <FilterSelect
          label={t('calls.message')}
          value={message}
          onChange={(next) => state.patch({ message: next })}
        >
          {all(t('calls.message'))}
          <option value="yes">{t('calls.messageLeft')}</option>
        </FilterSelect>
      )}
      {followed && <FollowedFilter state={state} value={followed} />}
      <FilterDay label={t('table.from')} value={from} onChange={(next) => state.patch({ from: next })} />
      <FilterDay label={t('table.to')} value={to} onChange={(next) => state.patch({ to: next })} />
    </>
  );
}

function FollowedFilter({ state, value }: { state: TableState; value: string }) {
  const { t } = useLocale();
  const me = useMe();
  const { data: people = [] } = useQuery({ ...assigneesQuery, enabled: me.has('crm') });
  return (
    <FilterSelect
      label={t('calls.followed')}
      value={value}
      onChange={(next) => state.patch({ followed: next })}
    >
      <option value="">
        {t('calls.followed')}: {t('table.all')}
      </option>
      <option value="any">{t('calls.followedAny')}</option>
      <option value="me">{t('calls.followedMe')}</option>
      {people.map((one) => (
        <option key={one.id} value={String(one.id)}>
          {one.name}
        </option>
      ))}
    </FilterSelect>
  );
}
