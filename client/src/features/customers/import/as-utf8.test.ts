import { asUtf8 } from './as-utf8';

const bytes = (...numbers: number[]) => new Uint8Array(numbers);

test.each([
  ['UTF-8', new TextEncoder().encode('שם,טלפון'), 'שם,טלפון'],
  ['UTF-8 with its mark', bytes(0xef, 0xbb, 0xbf, 0xd7, 0xa9), 'ש'],
  ['UTF-16', bytes(0xff, 0xfe, 0xe9, 0x05, 0x2c, 0x00), 'ש,'],
  ['the Hebrew code page', bytes(0xf9, 0xed, 0x2c, 0x61), 'שם,a'],
  ['nothing', bytes(), ''],
])('%s is read', (_, input, expected) => {
  expect(asUtf8(input)).toBe(expected);
});
