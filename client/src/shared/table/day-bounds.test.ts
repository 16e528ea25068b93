import { dayBounds } from './day-bounds';

test('a day is the business’s day', () => {
  expect(dayBounds({ from: '2026-11-21', to: '2026-11-21' }, 'Asia/Jerusalem')).toEqual({
    from: '2026-11-20T22:00:00.000Z',
    to: '2026-11-21T22:00:00.000Z',
  });
});

test('the day on which the clock changes has 23 hours', () => {
  const { from, to } = dayBounds({ from: '2028-03-24', to: '2028-03-24' }, 'Asia/Jerusalem');
  expect((Date.parse(to ?? '') - Date.parse(from ?? '')) / 3_600_000).toBe(23);
});

test('nothing said, nothing asked', () => {
  expect(dayBounds({}, 'Asia/Jerusalem')).toEqual({ from: undefined, to: undefined });
});
