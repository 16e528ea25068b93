import { addDays, momentOf } from '../time/zone';

/** Days of a filter as the moments that the engine asks for: from the first second of one, until before the day after the other. */
export function dayBounds(
  search: { from?: string | undefined; to?: string | undefined },
  timeZone: string,
): { from: string | undefined; to: string | undefined } {
  const midnight = (day: string) => new Date(momentOf(day, '00:00', timeZone)).toISOString();
  return { from: search.from && midnight(search.from), to: search.to && midnight(addDays(search.to, 1)) };
}
