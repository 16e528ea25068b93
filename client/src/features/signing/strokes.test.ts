import { isSignature, strokesOf } from './strokes';

test('what is drawn on any screen is kept in one box, and what leaves it lies on its edge', () => {
  const groups = [
    {
      points: [
        { x: 0, y: 0 },
        { x: 150, y: 45 },
        { x: 330, y: -9 },
      ],
    },
    { points: [] },
  ];
  expect(strokesOf(groups, 300, 90)).toEqual([
    [
      [0, 0],
      [500, 150],
      [1000, 0],
    ],
  ]);
  expect(strokesOf(groups, 0, 0)).toEqual([]);
});

test.each([
  [[], false],
  [[[[5, 5]]], false],
  [
    [
      [
        [5, 5],
        [6, 6],
        [7, 7],
        [8, 8],
      ],
    ],
    false,
  ],
  [
    [
      [
        [5, 5],
        [60, 60],
      ],
      [
        [90, 7],
        [120, 8],
      ],
    ],
    true,
  ],
] as [[number, number][][], boolean][])('%j is a signature: %s', (strokes, is) => {
  expect(isSignature(strokes)).toBe(is);
});

test('a drawing that never ends is kept with as many points as are taken', () => {
  const points = Array.from({ length: 9000 }, (_, x) => ({ x, y: x % 90 }));
  const [line] = strokesOf([{ points }], 9000, 90);
  expect(line?.length).toBeLessThanOrEqual(2001);
  expect(line?.at(-1)?.[0]).toBe(1000);
});
