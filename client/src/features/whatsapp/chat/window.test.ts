import { expect, test } from 'vitest';
import { filled, leftOf, windowOf } from './window';
import { conversation } from '@/test/whatsapp';

const now = Date.parse('2026-11-22T10:00:00Z');

test.each([
  ['a day has not passed', { window_expires_at: '2026-11-22T10:00:01Z' }, true, 1000],
  ['to the second', { window_expires_at: '2026-11-22T10:00:00Z' }, false, 0],
  ['nobody wrote', { window_expires_at: null, last_inbound_at: null }, false, null],
  ['a bridge has none', { window_expires_at: null, window: false }, true, null],
])('the window: %s', (_, more, open, leftMs) => {
  expect(windowOf(conversation(more), now)).toEqual({ open, leftMs });
});

test.each([
  [86_400_000, { hours: 24, minutes: 0 }],
  [3_600_001, { hours: 1, minutes: 1 }],
  [59_000, { hours: 0, minutes: 1 }],
])('%d ms left is %o', (ms, left) => {
  expect(leftOf(ms)).toEqual(left);
});

test('a template shows what is written, and what is still to be', () => {
  const parameters = [{ name: '1' }, { name: 'city' }];
  expect(filled('שלום {{1}}, דירה ב{{ city }}', parameters, ['דנה', ''])).toBe('שלום דנה, דירה ב{{ city }}');
  expect(filled('{{1}}', parameters, ['{{city}} $&'])).toBe('{{city}} $&');
});
