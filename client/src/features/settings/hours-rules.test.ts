import { parseTime, spanProblem } from './hours-rules';

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
