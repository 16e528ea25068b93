import { addDays, momentOf, wallOf } from './zone';

const zone = 'Asia/Jerusalem';

test.each([
  ['2026-11-21', '10:00', '2026-11-21T08:00:00.000Z'],
  ['2026-07-01', '10:00', '2026-07-01T07:00:00.000Z'],
  // Shown twice: the first.
  ['2026-10-25', '01:30', '2026-10-24T22:30:00.000Z'],
  ['2026-10-25', '02:00', '2026-10-25T00:00:00.000Z'],
  ['2026-10-25', '00:30', '2026-10-24T21:30:00.000Z'],
  // Never shown: the clock was put forward at two.
  ['2027-03-26', '02:30', '2027-03-26T00:30:00.000Z'],
  ['2028-03-24', '02:30', '2028-03-24T00:30:00.000Z'],
  ['2028-03-24', '08:00', '2028-03-24T05:00:00.000Z'],
])('%s %s in Jerusalem is %s', (day, time, expected) => {
  expect(new Date(momentOf(day, time, zone)).toISOString()).toBe(expected);
});

test.each([
  ['2026-11-21T08:00:00Z', { day: '2026-11-21', time: '10:00', weekday: 6 }],
  ['2026-11-21T22:30:00Z', { day: '2026-11-22', time: '00:30', weekday: 0 }],
  ['2026-10-24T23:30:00Z', { day: '2026-10-25', time: '01:30', weekday: 0 }],
])('%s is shown as %o', (at, expected) => {
  expect(wallOf(Date.parse(at), zone)).toEqual(expected);
});

test('days follow one another over months and leap days', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
  expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
});
