import { money, parseMoney, typedMoney } from './money';

test.each([
  ['1234.5', 123_450],
  ['1,234.50', 123_450],
  ['₪ 1,000', 100_000],
  ['0.07', 7],
  ['-50', -5000],
  ['-0', 0],
  ['', null],
  ['1.234', null],
  ['אלף', null],
  ['1e5', null],
])('%s is %s agorot', (typed, agorot) => {
  expect(parseMoney(typed)).toBe(agorot);
});

test.each([
  [123_450, '₪1,234.50', '1234.50'],
  [100_000, '₪1,000.00', '1000'],
  [-507, '-₪5.07', '-5.07'],
])('%s agorot are shown and typed', (agorot, shown, typed) => {
  expect(money(agorot)).toBe(shown);
  expect(typedMoney(agorot)).toBe(typed);
  expect(parseMoney(typed)).toBe(agorot);
});
