import type { Locale } from '@/shared/api/types';

type Unit = 'second' | 'minute' | 'hour' | 'day';
const UNITS: [Unit, number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** How long something took, in the largest unit that says it: “2.4 sec”, “35 min”, “1.5 days”. */
export function span(seconds: number, locale: Locale): string {
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? (['second', 1] as const);
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: seconds / size < 10 ? 1 : 0,
  }).format(seconds / size);
}

export function share(part: number, whole: number, locale: Locale): string | null {
  if (whole <= 0) return null;
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(part / whole);
}

/** By how much a figure has changed, as a share of what it was; nothing to compare with is no change that can be told. */
export function changeOf(now: number | null | undefined, before: number | null | undefined): number | null {
  if (now == null || before == null || before === 0) return null;
  return now / before - 1;
}

export function changeText(change: number, locale: Locale): string {
  return new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: 0,
    signDisplay: 'exceptZero',
  }).format(change);
}
