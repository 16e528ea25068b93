import { peaks } from './peaks';

test('each slice shows its loudest sample, measured by the loudest of all', () => {
  expect(peaks(new Float32Array([0, 0.25, -1, 0, 0, 0]), 3)).toEqual([0.5, 1, 0]);
});

test('silence stays silent', () => {
  expect(peaks(new Float32Array(10), 2)).toEqual([0, 0]);
});

test('a sound shorter than the picture', () => {
  expect(peaks(new Float32Array([1]), 2)).toHaveLength(2);
});
