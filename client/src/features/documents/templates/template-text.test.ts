import { expect, test } from 'vitest';
import { inserted } from './template-text';

test.each([
  ['', undefined, undefined, '{x}', 3],
  ['אני, .', 5, 5, 'אני, {x}.', 8],
  ['אני, פלוני.', 5, 10, 'אני, {x}.', 8],
  ['אני', undefined, undefined, 'אני{x}', 6],
])('a field goes where the cursor is: %s', (text, from, to, whole, at) => {
  expect(inserted(text, '{x}', from, to)).toEqual({ text: whole, at });
});
