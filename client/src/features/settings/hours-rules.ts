import type { Hours, Span } from '@/shared/api/types';
import type { Key } from '@/shared/i18n/translate';

/** Sunday to Thursday, Friday until noon, Shabbat closed. */
export function emptyHours(): Hours {
  const day = (): Span[] => [{ from: '09:00', to: '18:00' }];
  return { week: [day(), day(), day(), day(), day(), [{ from: '09:00', to: '13:00' }], []], holidays: [] };
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
