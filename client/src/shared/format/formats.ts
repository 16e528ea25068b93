import type { Locale } from '../api/types';

export interface Formats {
  date: (at: string | Date) => string;
  time: (at: string | Date) => string;
  dateTime: (at: string | Date) => string;
  /** “3 minutes ago”; the exact time belongs beside it, as a title. */
  relative: (at: string | Date, now?: Date) => string;
  /** A day that is no moment (2026-04-02), as 02/04/2026. */
  day: (date: string) => string;
  number: (value: number) => string;
  /** 0 is Sunday, the first day of the week. */
  weekday: (index: number) => string;
  list: (items: string[]) => string;
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
  ['month', 2_629_800],
  ['year', 31_557_600],
];

export function formats(locale: Locale, timeZone: string): Formats {
  const zone = known(timeZone);
  // British English writes dd/mm/yyyy, as Israel does; he-IL would put dots.
  const date = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
  });
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const number = new Intl.NumberFormat(locale);
  const weekday = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'long' });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const of = (at: string | Date) => (typeof at === 'string' ? new Date(at) : at);

  return {
    date: (at) => date.format(of(at)),
    time: (at) => time.format(of(at)),
    dateTime: (at) => `${date.format(of(at))} ${time.format(of(at))}`,
    relative: (at, now = new Date()) => {
      const seconds = Math.round((of(at).getTime() - now.getTime()) / 1000);
      const size = Math.abs(seconds);
      if (size < 45) return relative.format(0, 'second');
      let best: [Intl.RelativeTimeFormatUnit, number] = ['minute', 60];
      for (const step of STEPS) if (size >= step[1]) best = step;
      // Some versions of the Hebrew data write "שעתיים (2)".
      return relative.format(Math.round(seconds / best[1]), best[0]).replace(/ \(\d\)$/, '');
    },
    day: (text) => {
      const [year, month, day] = text.split('-');
      return year && month && day ? `${day}/${month}/${year}` : text;
    },
    number: (value) => number.format(value),
    // The first of January 2023 was a Sunday.
    weekday: (index) => weekday.format(new Date(Date.UTC(2023, 0, 1 + index))).replace(/^יום /, ''),
    list: (items) => list.format(items),
  };
}

/** A zone that this browser does not know must not take the page down. */
function known(timeZone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch {
    return 'Asia/Jerusalem';
  }
}
