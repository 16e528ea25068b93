import { TrendingDown, TrendingUp } from 'lucide-react';
import type { Figures, StatsOverview } from '@/shared/api/types';
import { clock } from '@/shared/format/duration';
import type { Key } from '@/shared/i18n/translate';
import { useLocale, type LocaleValue } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { Skeleton } from '@/shared/ui/skeleton';
import { Ltr } from '@/shared/ui/text';
import { changeOf, changeText, share, span } from './measures';
import type { Period } from './period';
import { callRows, customerRows, lateRows, RowsLink, taskRows, type Rows } from './rows';
import styles from './stats.module.css';

interface Tile {
  label: Key;
  rows: Rows;
  /** What is compared; none was measured. */
  value: (figures: Figures) => number | null | undefined;
  text: (value: number, locale: LocaleValue) => string;
  beside?: (figures: Figures, locale: LocaleValue) => string | null;
  /** Whether more is better; neither is said of what only is more or less. */
  more?: 'better' | 'worse';
  ltr?: boolean;
}

/** Beyond that a share says nothing: what it was says it. */
const TENFOLD = 9;

const count = (value: number, { format }: LocaleValue) => format.number(value);

function callTiles(period: Period): Tile[] {
  const answered = callRows(period, { outcome: 'answered' });
  return [
    { label: 'stats.calls', rows: callRows(period), value: (now) => now.calls, text: count },
    {
      label: 'stats.answered',
      rows: answered,
      value: (now) => now.answered,
      text: count,
      beside: (now, { t, locale }) => {
        const part = share(now.answered, now.calls, locale);
        return part && t('stats.ofCalls', { share: part });
      },
      more: 'better',
    },
    {
      label: 'stats.missed',
      rows: callRows(period, { outcome: 'missed' }),
      value: (now) => now.missed,
      text: count,
      beside: (now, { t, locale }) => {
        const part = share(now.missed, now.calls, locale);
        return part && t('stats.ofCalls', { share: part });
      },
      more: 'worse',
    },
    {
      label: 'stats.reply',
      rows: answered,
      value: (now) => now.reply_p50_ms,
      text: (value, { locale }) => span(value / 1000, locale),
      beside: (now, { t, locale }) =>
        now.reply_p90_ms == null
          ? null
          : t('stats.nineOfTen', { time: span(now.reply_p90_ms / 1000, locale) }),
      more: 'worse',
    },
    {
      label: 'stats.length',
      rows: { ...answered, search: { ...answered.search, sort: '-duration_s' } },
      value: (now) => now.average_s,
      text: (value) => clock(value),
      beside: (now, { t, format }) => t('stats.turns', { count: now.turns, n: format.number(now.turns) }),
      ltr: true,
    },
    {
      label: 'stats.messages',
      rows: callRows(period, { message: 'yes' }),
      value: (now) => now.messages,
      text: count,
    },
    {
      label: 'stats.outgoing',
      rows: callRows(period, { direction: 'outbound' }),
      value: (now) => now.outgoing,
      text: count,
    },
  ];
}

function workTiles(period: Period): Tile[] {
  return [
    {
      label: 'stats.leads',
      rows: customerRows(period),
      value: (now) => now.leads,
      text: count,
      more: 'better',
    },
    {
      label: 'stats.tasksMade',
      rows: taskRows(period, 'created'),
      value: (now) => now.tasks_made,
      text: count,
    },
    {
      label: 'stats.tasksDone',
      rows: taskRows(period, 'completed'),
      value: (now) => now.tasks_done,
      text: count,
      more: 'better',
    },
    {
      label: 'stats.tasksOverdue',
      rows: lateRows(period),
      value: (now) => now.tasks_overdue,
      text: count,
      more: 'worse',
    },
  ];
}

const followUp = (period: Period): Tile => ({
  label: 'stats.followUp',
  rows: callRows(period, { followed: 'any' }),
  value: (now) => now.follow_up_p50_s,
  text: (value, { locale }) => span(value, locale),
  beside: (now, { t }) => t('stats.followedUp', { count: now.followed_up }),
  more: 'worse',
});

/** Every figure at a glance, each of them leading to its rows. */
export function Tiles({ overview, period }: { overview: StatsOverview | undefined; period: Period }) {
  const { t } = useLocale();
  const me = useMe();
  const both = me.has('calls') && me.has('crm');
  const tiles = [
    ...(me.has('calls') ? callTiles(period) : []),
    ...(me.has('crm') ? workTiles(period) : []),
    ...(both ? [followUp(period)] : []),
  ].filter(
    // Who never calls out need not be told so.
    (tile) =>
      tile.label !== 'stats.outgoing' ||
      (overview ? overview.figures.outgoing + overview.figures_before.outgoing > 0 : false),
  );
  return (
    <ul className={styles.tiles} aria-label={t('stats.figures')}>
      {tiles.map((tile) => (
        <li key={tile.label}>
          <RowsLink rows={tile.rows} className={styles.tile}>
            <span className={styles.tileLabel}>{t(tile.label)}</span>
            {overview ? (
              <Told tile={tile} overview={overview} />
            ) : (
              <>
                <Skeleton width="50%" height={32} />
                <Skeleton width="70%" height={14} />
              </>
            )}
          </RowsLink>
        </li>
      ))}
    </ul>
  );
}

function Told({ tile, overview }: { tile: Tile; overview: StatsOverview }) {
  const locale = useLocale();
  const { t } = locale;
  const { figures, figures_before: before } = overview;
  const value = tile.value(figures);
  const was = tile.value(before);
  const change = changeOf(value, was);
  const beside = tile.beside?.(figures, locale);
  const good = change === null || change === 0 || !tile.more ? null : change > 0 === (tile.more === 'better');
  const text = value == null ? '–' : tile.text(value, locale);
  return (
    <>
      <span className={styles.tileValue} data-figure={tile.label}>
        {tile.ltr ? <Ltr>{text}</Ltr> : text}
      </span>
      {beside && <span className={styles.tileBeside}>{beside}</span>}
      {change !== null && was != null && (
        <span className={styles.change} data-good={good ?? undefined}>
          {change > 0 && <TrendingUp size={14} aria-hidden />}
          {change < 0 && <TrendingDown size={14} aria-hidden />}
          {change < TENFOLD && <Ltr>{changeText(change, locale.locale)}</Ltr>}
          <span className={styles.was}>{t('stats.was', { before: tile.text(was, locale) })}</span>
        </span>
      )}
    </>
  );
}
