import { netOf, parseQuantity, totalsOf } from './totals';

const line = (quantity: string, unit_price: number, vat = true) => ({
  description: '',
  quantity,
  unit_price,
  vat,
});

test.each([
  ['1', 1000],
  ['1.5', 1500],
  ['0.125', 125],
  ['0', null],
  ['1.2345', null],
  ['-1', null],
  ['חצי', null],
])('%s is %s thousandths', (typed, thousandths) => {
  expect(parseQuantity(typed)).toBe(thousandths);
});

test.each([
  [line('1.5', 333), 500],
  [line('0.5', 1), 1],
  [line('0.5', -1), -1],
  [line('3', 10_050), 30_150],
  [line('1000000', 100_000_000), 100_000_000_000_000],
])('%j comes to %s agorot', (one, net) => {
  expect(netOf(one)).toBe(net);
});

test('VAT is of the lines that bear it, rounded once', () => {
  expect(totalsOf([line('1', 10_005), line('1', 10_005), line('1', 500, false)], '18')).toEqual({
    net: 20_510,
    vat: 3602,
    total: 24_112,
  });
  expect(totalsOf([], '18')).toEqual({ net: 0, vat: 0, total: 0 });
});
