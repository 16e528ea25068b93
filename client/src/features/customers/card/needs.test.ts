import { money, rooms } from './needs';

test.each([
  ['1,850,000', 1_850_000],
  ['₪1,850,000', 1_850_000],
  ['1850000', 1_850_000],
  ['1.850.000', 1_850_000],
  ['1.85M', 1_850_000],
  ['1.85 מיליון', 1_850_000],
  ['900k', 900_000],
  ['900 אלף', 900_000],
  ['הרבה', null],
  ['0', null],
  ['', null],
])('%s is %s shekels', (typed, shekels) => {
  expect(money(typed)).toBe(shekels);
});

test.each([
  ['4', 4],
  ['3.5', 3.5],
  ['3½', 3.5],
  ['3,5', 3.5],
  ['0', null],
  ['ארבעה', null],
])('%s is %s rooms', (typed, count) => {
  expect(rooms(typed)).toBe(count);
});
