import type { DayFigures } from '@/shared/api/types';
import { clock } from '@/shared/format/duration';
import { useLocale } from '@/shared/i18n/use-locale';
import { span } from '../measures';
import { callRows, customerRows, taskRows } from '../rows';
import { DayChart } from './day-chart';

const only = (day: string) => ({ from: day, to: day });

/** What happened on each day, in as many drawings as there are measures. */
export function DayCharts({
  days,
  calls,
  crm,
}: {
  days: readonly DayFigures[];
  calls: boolean;
  crm: boolean;
}) {
  const { t, format, locale } = useLocale();
  const dates = days.map((one) => one.day);
  const number = format.number;
  const total = (of: (day: DayFigures) => number) => days.reduce((sum, day) => sum + of(day), 0);
  const best = (of: (day: DayFigures) => number | null | undefined) =>
    days.reduce<DayFigures | null>(
      (found, day) => ((of(day) ?? 0) > (found ? (of(found) ?? 0) : 0) ? day : found),
      null,
    );
  const busiest = best((day) => day.calls);
  const slowest = best((day) => day.reply_p50_ms);
  const leading = best((day) => day.leads);
  const seconds = (ms: number | null | undefined) => (ms == null ? null : ms / 1000);
  return (
    <>
      {calls && (
        <DayChart
          title={t('stats.callsByDay')}
          summary={
            busiest
              ? t('stats.callsSummary', {
                  count: total((day) => day.calls),
                  n: number(total((day) => day.calls)),
                  average: number(Math.round((total((day) => day.calls) / days.length) * 10) / 10),
                  day: format.day(busiest.day),
                  most: number(busiest.calls),
                })
              : t('stats.callsNone')
          }
          days={dates}
          axis={number}
          series={[
            {
              label: t('stats.answered'),
              values: days.map((day) => day.answered),
              look: 'first',
              kind: 'bar',
              text: number,
              rows: (day) => callRows(only(day), { outcome: 'answered' }),
            },
            {
              label: t('stats.missed'),
              values: days.map((day) => day.missed),
              look: 'second',
              kind: 'bar',
              text: number,
              rows: (day) => callRows(only(day), { outcome: 'missed' }),
            },
          ]}
        />
      )}
      {calls && (
        <DayChart
          title={t('stats.replyByDay')}
          summary={
            slowest
              ? t('stats.replySummary', {
                  day: format.day(slowest.day),
                  time: span((slowest.reply_p50_ms ?? 0) / 1000, locale),
                })
              : t('stats.replyNone')
          }
          days={dates}
          axis={(value) => span(value, locale)}
          series={[
            {
              label: t('stats.replyHalf'),
              values: days.map((day) => seconds(day.reply_p50_ms)),
              look: 'first',
              kind: 'line',
              text: (value) => span(value, locale),
              rows: (day) => callRows(only(day), { outcome: 'answered' }),
            },
            {
              label: t('stats.replyMost'),
              values: days.map((day) => seconds(day.reply_p90_ms)),
              look: 'second',
              kind: 'line',
              text: (value) => span(value, locale),
              rows: (day) => callRows(only(day), { outcome: 'answered' }),
            },
          ]}
        />
      )}
      {crm && (
        <DayChart
          title={t('stats.workByDay')}
          summary={
            leading
              ? t('stats.workSummary', {
                  leads: number(total((day) => day.leads)),
                  done: number(total((day) => day.tasks_done)),
                  day: format.day(leading.day),
                })
              : t('stats.workNone')
          }
          days={dates}
          axis={number}
          series={[
            {
              label: t('stats.leads'),
              values: days.map((day) => day.leads),
              look: 'first',
              kind: 'bar',
              text: number,
              rows: (day) => customerRows(only(day)),
            },
            {
              label: t('stats.tasksMade'),
              values: days.map((day) => day.tasks_made),
              look: 'third',
              kind: 'line',
              text: number,
              rows: (day) => taskRows(only(day), 'created'),
            },
            {
              label: t('stats.tasksDone'),
              values: days.map((day) => day.tasks_done),
              look: 'second',
              kind: 'line',
              text: number,
              rows: (day) => taskRows(only(day), 'completed'),
            },
          ]}
        />
      )}
      {calls && (
        <DayChart
          title={t('stats.lengthByDay')}
          summary={t('stats.lengthSummary', {
            time: clock(total((day) => day.seconds)),
            messages: number(total((day) => day.messages)),
          })}
          days={dates}
          axis={(value) => clock(value)}
          series={[
            {
              label: t('stats.length'),
              values: days.map((day) => day.average_s ?? null),
              look: 'first',
              kind: 'line',
              text: (value) => clock(value),
              rows: (day) => callRows(only(day), { outcome: 'answered', sort: '-duration_s' }),
            },
          ]}
        />
      )}
    </>
  );
}
