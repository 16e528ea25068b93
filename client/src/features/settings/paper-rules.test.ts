import { expect, test } from 'vitest';
import { settingsOf, typedOf } from './paper-rules';

const kept = {
  legal_name: 'תיווך הגליל בע״מ',
  tax_id: '123456782',
  address: '',
  phone: '',
  email: '',
  broker_license: '31234',
  vat_exempt: false,
  vat_rates: [
    { from: '2015-10-01', percent: '17' },
    { from: '2025-01-01', percent: '18' },
  ],
  allocation_thresholds: [{ from: '2026-06-01', amount: 500_000 }],
  version: 3,
};

test('what is typed and not changed is what was kept', () => {
  expect(settingsOf(typedOf(kept))).toEqual(kept);
});

test('days are put in their order', () => {
  const typed = typedOf(kept);
  const turned = settingsOf({ ...typed, rates: [...typed.rates].reverse() });
  expect(turned).toEqual(kept);
});

test.each([
  ['a word for a percentage', { rates: [{ from: '2025-01-01', value: 'שמונה עשר' }] }],
  ['three digits', { rates: [{ from: '2025-01-01', value: '180' }] }],
  ['less than nothing', { thresholds: [{ from: '2025-01-01', value: '-5' }] }],
  [
    'one day twice',
    {
      rates: [
        { from: '2025-01-01', value: '18' },
        { from: '2025-01-01', value: '17' },
      ],
    },
  ],
])('%s is not kept', (_, change) => {
  expect(settingsOf({ ...typedOf(kept), ...change })).toBeNull();
});
