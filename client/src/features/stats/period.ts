import { addDays, weekdayOf } from '@/shared/time/zone';

/** Days of the business's calendar, both of them in it. */
export interface Period {
  from: string;
  to: string;
}

/** What the page's address says of its period. */
export interface PeriodSearch {
  from?: string;
  to?: string;
}

export const MOST_DAYS = 400;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function periodSearch(raw: Record<string, unknown>): PeriodSearch {
  const day = (value: unknown) =>
    typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
  const [from, to] = [day(raw.from), day(raw.to)];
  return { ...(from && { from }), ...(to && { to }) };
}

export function daysOf({ from, to }: Period): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
}

/** The period that an address means: thirty days that end today when it says nothing. What is none becomes one. */
export function periodOf(search: PeriodSearch, today: string): Period {
  const to = search.to ?? (search.from && search.from > today ? search.from : today);
  const from = search.from ?? addDays(to, -29);
  if (from > to) return { from: to, to: from };
  return { from: daysOf({ from, to }) > MOST_DAYS ? addDays(to, 1 - MOST_DAYS) : from, to };
}

export const presets = ['today', 'week', 'days30', 'month', 'lastMonth', 'days90'] as const;
export type Preset = (typeof presets)[number];

export function presetPeriod(preset: Preset, today: string): Period {
  const monthBegins = `${today.slice(0, 8)}01`;
  switch (preset) {
    case 'today':
      return { from: today, to: today };
    case 'week':
      return { from: addDays(today, -weekdayOf(today)), to: today };
    case 'days30':
      return { from: addDays(today, -29), to: today };
    case 'month':
      return { from: monthBegins, to: today };
    case 'lastMonth': {
      const to = addDays(monthBegins, -1);
      return { from: `${to.slice(0, 8)}01`, to };
    }
    case 'days90':
      return { from: addDays(today, -89), to: today };
  }
}

/** The preset that these days are, if they are one. */
export function presetOf(period: Period, today: string): Preset | undefined {
  return presets.find((one) => {
    const { from, to } = presetPeriod(one, today);
    return from === period.from && to === period.to;
  });
}
