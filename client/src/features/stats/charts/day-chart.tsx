import { scaleBand, scaleLinear } from '@visx/scale';
import { Bar, LinePath } from '@visx/shape';
import { useId, useState, type PointerEvent } from 'react';
import { useLocale } from '@/shared/i18n/use-locale';
import { Card } from '@/shared/ui/card';
import { Ltr } from '@/shared/ui/text';
import { RowsLink, type Rows } from '../rows';
import styles from './charts.module.css';

export interface Series {
  label: string;
  /** By day; none was measured. */
  values: readonly (number | null)[];
  look: 'first' | 'second' | 'third';
  kind: 'bar' | 'line';
  text: (value: number) => string;
  rows: (day: string) => Rows;
}

interface Props {
  title: string;
  /** The chart in a sentence. */
  summary: string;
  days: readonly string[];
  series: readonly Series[];
  axis: (value: number) => string;
}

/** The drawing has no size of its own: it is stretched, and what is to keep its form lies over it. */
const SIDE = 100;

/**
 * Figures by day: bars lie on one another, lines run over them. A day is chosen by pointer, finger or arrow keys, and told below with
 * links to its rows; the same is a table for who would rather read.
 */
export function DayChart({ title, summary, days, series, axis }: Props) {
  const { t, dir, format } = useLocale();
  const id = useId();
  const [chosen, setChosen] = useState<number | null>(null);
  const at = Math.min(chosen ?? days.length - 1, days.length - 1);
  const bars = series.filter((one) => one.kind === 'bar');
  const sums = days.map((_, day) => bars.reduce((sum, one) => sum + (one.values[day] ?? 0), 0));
  const lines = series.filter((one) => one.kind === 'line');
  const most = Math.max(1, ...sums, ...lines.flatMap((one) => one.values.map((value) => value ?? 0)));
  const x = scaleBand({
    domain: days.map((_, day) => day),
    range: dir === 'rtl' ? [SIDE, 0] : [0, SIDE],
    paddingInner: 0.25,
    paddingOuter: 0.12,
  });
  const y = scaleLinear({ domain: [0, most], range: [SIDE, 0], nice: 4 });
  const ticks = y.ticks(4).filter(Number.isInteger);
  const point = (event: PointerEvent<HTMLElement>) => {
    if (event.pointerType !== 'mouse') return;
    const box = event.currentTarget.getBoundingClientRect();
    const along = (event.clientX - box.left) / box.width;
    const day = Math.floor((dir === 'rtl' ? 1 - along : along) * days.length);
    setChosen(Math.max(0, Math.min(days.length - 1, day)));
  };
  const day = days[at] ?? '';
  const told = (of: number) =>
    series
      .map((one) => {
        const value = one.values[of];
        return `${one.label}: ${value == null ? '–' : one.text(value)}`;
      })
      .join(', ');
  const labels = spread(days.length, 6);
  return (
    <Card title={title} text={summary} className={styles.chart}>
      <ul className={styles.legend} aria-hidden>
        {series.map((one) => (
          <li key={one.label}>
            <span data-look={one.look} data-kind={one.kind} />
            {one.label}
          </li>
        ))}
      </ul>
      <div className={styles.plot}>
        <div className={styles.axis} aria-hidden>
          {ticks.map((tick) => (
            <span key={tick} style={{ insetBlockStart: `${y(tick)}%` }}>
              {axis(tick)}
            </span>
          ))}
        </div>
        <div className={styles.area} onPointerMove={point}>
          <svg
            viewBox={`0 0 ${SIDE} ${SIDE}`}
            preserveAspectRatio="none"
            aria-hidden
            className={styles.drawing}
          >
            {ticks.map((tick) => (
              <line key={tick} x1={0} x2={SIDE} y1={y(tick)} y2={y(tick)} className={styles.rule} />
            ))}
            <rect
              x={(x(at) ?? 0) - (x.step() - x.bandwidth()) / 2}
              width={x.step()}
              y={0}
              height={SIDE}
              className={styles.chosen}
            />
            {days.map((_, index) => {
              let below = 0;
              return bars.map((one) => {
                const value = one.values[index] ?? 0;
                const top = y(below + value);
                const height = y(below) - top;
                below += value;
                if (value === 0) return null;
                return (
                  <Bar
                    key={one.label}
                    x={x(index) ?? 0}
                    y={top}
                    width={x.bandwidth()}
                    height={height}
                    data-look={one.look}
                    className={styles.bar}
                  />
                );
              });
            })}
            {lines.map((one) => (
              <LinePath
                key={one.label}
                data={one.values.map((value, index) => ({ value, index }))}
                defined={(each) => each.value !== null}
                x={(each) => (x(each.index) ?? 0) + x.bandwidth() / 2}
                y={(each) => y(each.value ?? 0)}
                data-look={one.look}
                className={styles.line}
              />
            ))}
          </svg>
          <input
            type="range"
            className={styles.chooser}
            min={0}
            max={Math.max(0, days.length - 1)}
            value={at}
            onChange={(event) => setChosen(Number(event.target.value))}
            aria-label={t('stats.chooseDay', { chart: title })}
            aria-valuetext={`${format.day(day)}: ${told(at)}`}
            style={{ insetInline: `${50 / Math.max(1, days.length)}%` }}
          />
        </div>
      </div>
      <div className={styles.days} aria-hidden>
        {labels.map((index) => (
          <span key={index} style={{ insetInlineStart: `${((index + 0.5) / days.length) * 100}%` }}>
            <Ltr>{format.day(days[index] ?? '').slice(0, 5)}</Ltr>
          </span>
        ))}
      </div>
      <p className={styles.readout} id={`${id}-day`}>
        <strong>
          {format.weekday(new Date(`${day}T00:00:00Z`).getUTCDay())} <Ltr>{format.day(day)}</Ltr>
        </strong>
        {series.map((one) => {
          const value = one.values[at];
          return (
            <RowsLink key={one.label} rows={one.rows(day)} className={styles.figure}>
              <span data-look={one.look} data-kind={one.kind} aria-hidden className={styles.swatch} />
              {one.label}: {value == null ? '–' : one.text(value)}
            </RowsLink>
          );
        })}
      </p>
      <DayTable days={days} series={series} />
    </Card>
  );
}

function DayTable({ days, series }: Pick<Props, 'days' | 'series'>) {
  const { t, format } = useLocale();
  // Hundreds of rows are made only for who wants to see them.
  const [open, setOpen] = useState(false);
  return (
    <details className={styles.details} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('stats.asTable')}</summary>
      {open && (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('stats.day')}</th>
                {series.map((one) => (
                  <th key={one.label} scope="col">
                    {one.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.map((day, index) => (
                <tr key={day}>
                  <th scope="row">
                    <Ltr>{format.day(day)}</Ltr>
                  </th>
                  {series.map((one) => {
                    const value = one.values[index];
                    return (
                      <td key={one.label}>
                        {value == null ? '–' : <RowsLink rows={one.rows(day)}>{one.text(value)}</RowsLink>}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

/** Places of at most so many among these, evenly, the last of them always. */
function spread(all: number, most: number): number[] {
  const step = Math.max(1, Math.ceil(all / most));
  const places: number[] = [];
  for (let place = all - 1; place >= 0; place -= step) places.unshift(place);
  return places;
}
