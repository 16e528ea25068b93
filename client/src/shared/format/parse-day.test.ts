import { parseDay } from './parse-day';

test.each([
  ['21/11/2026', '2026-11-21'],
  ['1.2.27', '2027-02-01'],
  ['2026-11-21', '2026-11-21'],
  ['', ''],
  ['31/02/2026', null],
  ['11/21/2026', null],
  ['מחר', null],
])('%s is the day %s', (typed, day) => {
  expect(parseDay(typed)).toBe(day);
});
