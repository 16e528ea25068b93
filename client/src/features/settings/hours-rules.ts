import type { Hours, Span } from '@/shared/api/types';
import type { Key } from '@/shared/i18n/translate';

/** Sunday to Thursday, Friday until noon, Shabbat closed. */
export function emptyHours(): Hours {
  const day = (): Span[] => [{ from: '09:00', to: '18:00' }];
  return { week: [day(), day(), day(), day(), day(), [{ from: '09:00', to: '13:00' }], []], holidays: [] };
}

/** 9, 930, 9:30 and 09.30 as 09:30; what is no time as null. Midnight at the end of a day is 24:00. */
export function parseTime(typed: string): string | null {
  const match = /^(\d{1,2})(?:[:.]?(\d{2}))?$/.exec(typed.trim());
  if (!match) return null;
  const [hour, minute] = [Number(match[1]), Number(match[2] ?? 0)];
  if (minute > 59 || hour > 24 || (hour === 24 && minute > 0)) return null;
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** What is wrong with the spans of one day, if anything. */
export function spanProblem(spans: readonly Span[]): Key | null {
  if (spans.some((span) => !span.from || !span.to)) return 'settings.hoursMissing';
  if (spans.some((span) => span.from >= span.to)) return 'settings.hoursOrder';
  const sorted = spans.toSorted((a, b) => a.from.localeCompare(b.from));
  return sorted.some((span, index) => index > 0 && span.from < (sorted[index - 1]?.to ?? ''))
    ? 'settings.hoursOverlap'
    : null;
}
