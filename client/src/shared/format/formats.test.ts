import { clock } from './duration';
import { formats } from './formats';

const he = formats('he', 'Asia/Jerusalem');

test('a moment is shown in the zone of the business, day first', () => {
  expect(he.dateTime('2026-11-21T22:30:00Z')).toBe('22/11/2026 00:30');
  expect(he.day('2026-04-02')).toBe('02/04/2026');
});

test('the hour that comes twice is told apart by its zone, not by ours', () => {
  expect(he.time('2026-10-24T22:30:00Z')).toBe('01:30');
  expect(he.time('2026-10-24T23:30:00Z')).toBe('01:30');
});

test('the week begins on Sunday', () => {
  expect(he.weekday(0)).toBe('ראשון');
  expect(he.weekday(6)).toBe('שבת');
});

test('how long ago, in Hebrew', () => {
  const now = new Date('2026-11-21T10:00:00Z');
  expect(he.relative('2026-11-21T09:57:00Z', now)).toBe('לפני 3 דקות');
  expect(he.relative('2026-11-21T08:00:00Z', now)).toBe('לפני שעתיים');
  expect(he.relative('2026-11-20T10:00:00Z', now)).toBe('אתמול');
});

test('an unknown zone does not take the page down', () => {
  expect(formats('he', 'Mars/Base').time('2026-11-21T10:00:00Z')).toBe('12:00');
});

test.each([
  [0, '0:00'],
  [75.9, '1:15'],
  [3675, '1:01:15'],
])('%d seconds read %s', (seconds, text) => {
  expect(clock(seconds)).toBe(text);
});
