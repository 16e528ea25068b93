import type { TaskRepeats } from '@/shared/api/types';
import { addDays, momentOf, wallOf, weekdayOf } from '@/shared/time/zone';
import { Reading } from './reading';
import { COUNT, count, HOUR_WORD, indexOf, months, oneOf, parts, weekdays } from './vocabulary';

export interface QuickTask {
  title: string;
  /** ISO. */
  due_at: string;
  repeats: TaskRepeats;
  /** Whether the words said when, or it was supposed. */
  said: boolean;
}

interface Day {
  day: string;
  /** A day of the week that was named: today only while its hour is still to come. */
  weekday?: boolean;
}
interface Time {
  time: string;
}

const DAY_NAMES = oneOf(weekdays.flat());
const MONTH_NAMES = oneOf(months.flat());
const MINUTE_MS = 60_000;
const MORNING = '09:00';

/** What is to be done and when, from words as people write them; all by the clock of `zone`. `now` in milliseconds. */
export function parseQuickTask(text: string, now: number, zone: string): QuickTask {
  const reading = new Reading(text);
  const today = wallOf(now, zone).day;
  reading.take('(?:תזכיר(?:י|ו)? לי|להזכיר לי|remind me(?: to)?)');
  const again = takeRepeats(reading, today);
  const span = takeSpan(reading);
  const day = again.day ?? (span?.days === undefined ? takeDay(reading, today) : takeSpanDay(span, today));
  const time = span?.minutes === undefined ? takeTime(reading) : null;
  const title = reading.rest();
  const repeats = again.repeats;
  const done = (at: number, said = true): QuickTask => ({
    title,
    due_at: new Date(at).toISOString(),
    repeats,
    said,
  });

  if (span?.minutes !== undefined)
    return done(Math.ceil((now + span.minutes * MINUTE_MS) / MINUTE_MS) * MINUTE_MS);
  if (day) {
    const at = momentOf(day.day, time?.time ?? MORNING, zone);
    if (at > now) return done(at);
    if (day.weekday) return done(momentOf(addDays(day.day, 7), time?.time ?? MORNING, zone));
    if (day.day === today && !time) return done(nextHour(now));
    return done(at);
  }
  if (time) {
    const at = momentOf(today, time.time, zone);
    return done(at > now ? at : momentOf(addDays(today, 1), time.time, zone));
  }
  if (repeats !== 'none') {
    const at = momentOf(today, MORNING, zone);
    return done(at > now ? at : momentOf(addDays(today, 1), MORNING, zone));
  }
  return done(nextBusinessHour(now, zone), false);
}

function takeRepeats(reading: Reading, today: string): { repeats: TaskRepeats; day?: Day } {
  const named = reading.take(`(?:ב?כל (?:יום )?|מדי יום |every |on every )(${DAY_NAMES})`);
  if (named) return { repeats: 'weekly', day: weekday(indexOf(weekdays, named[1] ?? ''), today) };
  if (reading.take('ב?כל יום|מדי יום|יום יום|every day|daily')) return { repeats: 'daily' };
  if (reading.take('ב?כל שבוע|מדי שבוע|every week|weekly')) return { repeats: 'weekly' };
  if (reading.take('ב?כל חודש|מדי חודש|every month|monthly')) return { repeats: 'monthly' };
  // The part of the day stays, for the time.
  if (reading.take('כל(?= (?:בוקר|ערב))|every(?= (?:morning|evening))')) return { repeats: 'daily' };
  return { repeats: 'none' };
}

interface Span {
  minutes?: number;
  days?: number;
  months?: number;
}

/** In two hours, in three days. */
function takeSpan(reading: Reading): Span | null {
  const half = reading.take('(?:ב?עוד )(?:כ-?)?(חצי|רבע|שלושת רבעי) שעה|in (?:half|a quarter of) an hour');
  if (half) {
    const quarter = half[1] === 'רבע' || half[0].includes('quarter');
    return { minutes: half[1] === 'שלושת רבעי' ? 45 : quarter ? 15 : 30 };
  }
  // A unit alone is one, its form for two is two.
  const short = 'דקה|שעתיים|שעה|יומיים|יום|שבועיים|שבוע|חודשיים|חודש';
  const units = `${short}|דקות|דק'|שעות|ימים|שבועות|חודשים|minutes?|mins?|hours?|hrs?|days?|weeks?|months?`;
  const found = reading.take(`(?:(?:ב?עוד|in|within) )(?:(${COUNT}) )?(${units})( וחצי| ורבע| and a half)?`);
  if (!found) return null;
  const unit = found[2] ?? '';
  const two = /יים$/.test(unit) && !/^מ/.test(unit);
  const amount = found[1] ? count(found[1]) : two ? 2 : 1;
  const more = found[3]?.includes('רבע') ? 0.25 : found[3] ? 0.5 : 0;
  if (/^(?:דק|min)/.test(unit)) return { minutes: amount + more };
  if (/^(?:שע|hour|hr)/.test(unit)) return { minutes: (amount + more) * 60 };
  if (/^(?:יום|יומ|ימים|day)/.test(unit)) return { days: amount };
  if (/^(?:שבוע|week)/.test(unit)) return { days: amount * 7 + Math.round(more * 7) };
  return { days: 0, months: amount };
}

function takeSpanDay(span: Span, today: string): Day {
  return { day: span.months ? addMonths(today, span.months) : addDays(today, span.days ?? 0) };
}

function takeDay(reading: Reading, today: string): Day | null {
  const nextWeek = reading.take('(?:ב?שבוע הבא|next week)');
  const named = reading.take(`(?:ב?יום |ב|on |next |this )?(${DAY_NAMES})( הבאה?| הקרובה?)?|(?:(?:ב)?מוצ"ש)`);
  const isDay = named && (nextWeek || named[0] !== named[1] || /^[a-z]{4}|^שבת/.test(named[1]));
  if (named && isDay) {
    const index = named[1] ? indexOf(weekdays, named[1]) : 6;
    if (nextWeek) return { day: addDays(today, 7 - weekdayOf(today) + index) };
    const next = named[0].startsWith('next') || named[2] !== undefined;
    const found = weekday(index, today);
    return next && found.day === today ? { day: addDays(today, 7) } : found;
  }
  if (nextWeek) return { day: addDays(today, 7 - weekdayOf(today)) };
  if (reading.take('ב?חודש הבא|next month')) return { day: addMonths(today, 1) };
  if (reading.take('(?:ב?מחרתיים|(?:the )?day after tomorrow)')) return { day: addDays(today, 2) };
  if (reading.take('ל?מחר|tomorrow|tmrw')) return { day: addDays(today, 1) };
  if (reading.take('היום|today')) return { day: today };
  return takeDate(reading, today);
}

/** 25/12, 25.12.2026, 25 בדצמבר, December 25. */
function takeDate(reading: Reading, today: string): Day | null {
  const figures = reading.take('(?:ב-?|ל-?|on )?(\\d{1,2})([./])(\\d{1,2})(?:\\2(\\d{4}|\\d{2}))?');
  if (figures) return dateOf(Number(figures[1]), Number(figures[3]), figures[4], today);
  const words = reading.take(
    `(?:ב-?|on (?:the )?)?(\\d{1,2})(?:st|nd|rd|th)? (?:ב|of )?(${MONTH_NAMES})(?: (\\d{4}))?`,
  );
  if (words) return dateOf(Number(words[1]), indexOf(months, words[2] ?? '') + 1, words[3], today);
  const english = reading.take(`(?:on )?(${MONTH_NAMES}) (\\d{1,2})(?:st|nd|rd|th)?(?:,? (\\d{4}))?`);
  return english
    ? dateOf(Number(english[2]), indexOf(months, english[1] ?? '') + 1, english[3], today)
    : null;
}

function dateOf(day: number, month: number, year: string | undefined, today: string): Day | null {
  const inYear = (one: number) => {
    const date = new Date(Date.UTC(one, month - 1, day));
    return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
      ? date.toISOString().slice(0, 10)
      : null;
  };
  const current = Number(today.slice(0, 4));
  if (year !== undefined) {
    const found = inYear(year.length === 2 ? 2000 + Number(year) : Number(year));
    return found ? { day: found } : null;
  }
  // A day without a year is still to come; the 29th of February waits for its year.
  for (let ahead = 0; ahead <= 8; ahead += 1) {
    const found = inYear(current + ahead);
    if (found && found >= today) return { day: found };
  }
  return null;
}

/** What a number with "at" is not: an amount of something. */
const NOT_AMOUNT =
  '(?![\\d:./-]*\\d)(?!\\s*(?:%|₪|אחוז|שקל|ש"ח|דולר|יורו|אלף|מיליון|יחידות|percent|dollars?|euros?|shekels?))';

function takeTime(reading: Reading): Time | null {
  const period = () => {
    for (const part of parts)
      if (reading.take(`(?:${part.words})|(?<=\\u0001 )(?:${part.words.replace(/ב(?=בוקר|ערב)/g, '')})`))
        return part;
    return null;
  };
  const exact = reading.take(
    '(?:(?:ב-?|ל-?)?שעה |ב-? ?|at )?(\\d{1,2})[:.](\\d{2})(?: ?(am|pm|a\\.m\\.|p\\.m\\.))?',
  );
  const american = exact ?? reading.take('(?:at )?(\\d{1,2})()(?: ?(am|pm|a\\.m\\.|p\\.m\\.))');
  const plain =
    american ?? reading.take(`(?:(?:ב-?|ל-?)?שעה |ב-? ?|at )(\\d{1,2})${NOT_AMOUNT}()()( וחצי| ורבע)?`);
  const spoken = plain
    ? null
    : reading.take(
        `(?:(?:ב-?)?שעה |ב-?)(${HOUR_WORD})( וחצי| ורבע)?(?! (?:שקל|ש"ח|אחוז|דקות|ימים|שעות|לילות))`,
      );
  const part = period();
  const found = plain ?? spoken;
  if (!found) return part ? { time: part.time } : null;
  const said = found[1] ?? '';
  let hour = spoken ? count(said) : Number(said);
  const fraction = spoken ? found[2] : found[4];
  const minute = fraction?.includes('רבע') ? 15 : fraction ? 30 : Number((!spoken && found[2]) || 0);
  if (hour > 23 || minute > 59) return part ? { time: part.time } : null;
  const letters = spoken ? undefined : found[3];
  if (letters) hour = (hour % 12) + (letters.startsWith('p') ? 12 : 0);
  else if (part) hour = part.afternoon && hour < 12 ? hour + 12 : hour;
  // Nobody is called at four in the night: an hour of one figure, until six, is after noon.
  else if (hour >= 1 && hour <= 6 && !said.startsWith('0')) hour += 12;
  return { time: `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}` };
}

function weekday(index: number, today: string): Day {
  return { day: addDays(today, (index - weekdayOf(today) + 7) % 7), weekday: true };
}

/** The same day of a later month, or its last. */
function addMonths(day: string, ahead: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + ahead, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + ahead, Math.min(date, last))).toISOString().slice(0, 10);
}

const HOUR_MS = 60 * MINUTE_MS;
const nextHour = (now: number) => (Math.floor(now / HOUR_MS) + 1) * HOUR_MS;

/** The next full hour from nine to five, Sunday to Thursday. */
function nextBusinessHour(now: number, zone: string): number {
  const next = nextHour(now);
  const { day, time } = wallOf(next, zone);
  const works = (one: string) => weekdayOf(one) <= 4;
  if (works(day) && time >= MORNING && time <= '17:00') return next;
  let open = time < MORNING ? day : addDays(day, 1);
  while (!works(open)) open = addDays(open, 1);
  return momentOf(open, MORNING, zone);
}
