import { missingIn, orderGroups, otherFields, stillMissing } from './order-form';

test('there are the five groups of the law, with thirteen details', () => {
  expect(orderGroups.map((one) => one.group)).toEqual(['parties', 'deal', 'property', 'price', 'fee']);
  expect(orderGroups.flatMap((one): readonly string[] => one.fields)).toHaveLength(13);
});

test('what the text of an order asks besides has a field, and what has one is not asked twice', () => {
  expect(otherFields(true, ['client_name', 'exclusive_until'], ['price', 'body'])).toEqual([
    'exclusive_until',
  ]);
  expect(otherFields(false, ['client_name', 'handover'], ['lines', 'client_id'])).toEqual([
    'business_name',
    'business_id',
    'client_name',
    'client_id',
    'client_address',
    'handover',
  ]);
});

test('what is filled in is not missing', () => {
  expect(stillMissing(['price', 'fee'], { price: '100', fee: ' ' })).toEqual(['fee']);
  expect(missingIn(['price', 'fee'], ['fee', 'property'])).toBe(1);
});
