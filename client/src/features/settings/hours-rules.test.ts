import { spanProblem } from './hours-rules';

test.each([
  [[], null],
  [
    [
      { from: '09:00', to: '13:00' },
      { from: '16:00', to: '19:00' },
    ],
    null,
  ],
  [
    [
      { from: '09:00', to: '13:00' },
      { from: '13:00', to: '19:00' },
    ],
    null,
  ],
  [[{ from: '18:00', to: '09:00' }], 'settings.hoursOrder'],
  [
    [
      { from: '16:00', to: '19:00' },
      { from: '09:00', to: '17:00' },
    ],
    'settings.hoursOverlap',
  ],
  [[{ from: '', to: '17:00' }], 'settings.hoursMissing'],
])('%j: %s', (spans, problem) => {
  expect(spanProblem(spans)).toBe(problem);
});
