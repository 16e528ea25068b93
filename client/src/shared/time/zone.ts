/** Moments and what the clock on the wall of a zone shows; never by an offset that is kept. */
export interface Wall {
  /** 2026-11-21 */
  day: string;
  /** 09:00 */
  time: string;
  /** 0 is Sunday. */
  weekday: number;
}

/** What a zone's clock is ahead of UTC at a moment, in milliseconds. */
function offset(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const second = at - (at % 1000);
  return (
    Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) -
    second
  );
}

const DAY_MS = 86_400_000;

/**
 * The moment at which a zone's clock shows this. What it shows twice is the first of the two; what it never shows is as
 * much later as the clock was put forward.
 */
export function momentOf(day: string, time: string, timeZone: string): number {
  const wall = Date.parse(`${day}T${time}:00Z`);
  const before = offset(wall - DAY_MS, timeZone);
  const after = offset(wall + DAY_MS, timeZone);
  for (const ahead of [before, after]) if (offset(wall - ahead, timeZone) === ahead) return wall - ahead;
  return wall - before;
}

export function wallOf(at: number, timeZone: string): Wall {
  const wall = new Date(at + offset(at, timeZone));
  const text = wall.toISOString();
  return { day: text.slice(0, 10), time: text.slice(11, 16), weekday: wall.getUTCDay() };
}

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);
}

export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}
