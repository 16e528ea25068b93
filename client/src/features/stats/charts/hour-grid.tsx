import type { HourFigures } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { Card } from '@/shared/ui/card';
import { Ltr } from '@/shared/ui/text';
import type { Period } from '../period';
import { callRows, RowsLink } from '../rows';
import styles from './charts.module.css';

const DAYS = Array.from({ length: 7 }, (_, day) => day);
const two = (hour: number) => String(hour).padStart(2, '0');

/** Calls that nobody answered, by weekday and hour: a table whose cells are the darker the more there were. */
export function HourGrid({ hours, period }: { hours: readonly HourFigures[]; period: Period }) {
  const { t, format } = useLocale();
  const at = (weekday: number, hour: number) =>
    hours.find((one) => one.weekday === weekday && one.hour === hour) ?? { calls: 0, missed: 0 };
  // Hours of the night in which nobody ever calls are left out; those of an office are always there.
  const used = hours.filter((one) => one.calls > 0).map((one) => one.hour);
  const first = Math.min(8, ...used);
  const shown = Array.from({ length: Math.max(17, ...used) - first + 1 }, (_, hour) => first + hour);
  const most = Math.max(1, ...hours.map((one) => one.missed));
  const all = hours.reduce((sum, one) => sum + one.missed, 0);
  const worst = hours.reduce<HourFigures | null>(
    (found, one) => (one.missed > (found?.missed ?? 0) ? one : found),
    null,
  );
  const summary = worst
    ? t('stats.hoursSummary', {
        count: all,
        n: format.number(all),
        day: format.weekday(worst.weekday),
        hour: `${two(worst.hour)}:00`,
        most: format.number(worst.missed),
      })
    : t('stats.hoursNone');
  return (
    <Card title={t('stats.hours')} text={summary}>
      <div className={styles.scroll}>
        <table className={styles.hours}>
          <thead>
            <tr>
              <th scope="col">{t('stats.weekday')}</th>
              {shown.map((hour) => (
                <th key={hour} scope="col">
                  <Ltr>{two(hour)}</Ltr>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {DAYS.map((weekday) => (
              <tr key={weekday}>
                <th scope="row">{format.weekday(weekday)}</th>
                {shown.map((hour) => {
                  const { calls, missed } = at(weekday, hour);
                  if (missed === 0) return <td key={hour}>{calls > 0 ? '0' : '·'}</td>;
                  const label = t('stats.hourCell', {
                    day: format.weekday(weekday),
                    hour: `${two(hour)}:00`,
                    missed: format.number(missed),
                    calls: format.number(calls),
                  });
                  return (
                    <td key={hour} data-heat={Math.ceil((missed / most) * 4)} title={label}>
                      <RowsLink rows={callRows(period, { outcome: 'missed', weekday, hour })} label={label}>
                        {format.number(missed)}
                      </RowsLink>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
