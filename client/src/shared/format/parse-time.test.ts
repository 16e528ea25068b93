import { parseTime } from './parse-time';

test.each([
  ['9', '09:00'],
  ['930', '09:30'],
  ['9:30', '09:30'],
  ['18.05', '18:05'],
  ['24:00', '24:00'],
  ['24:01', null],
  ['25', null],
  ['9:70', null],
  ['ערב', null],
])('%s is the time %s', (typed, time) => {
  expect(parseTime(typed)).toBe(time);
});
