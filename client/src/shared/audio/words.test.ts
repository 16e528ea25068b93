import { spokenWords } from './words';

test('each word begins where its share of the letters does', () => {
  expect(spokenWords('אני מחפש דירה', 7)).toEqual([
    { text: 'אני', at: 0 },
    { text: 'מחפש', at: 2 },
    { text: 'דירה', at: 4.5 },
  ]);
});

test.each([
  ['', 5, []],
  ['  שלום  ', 5, [{ text: 'שלום', at: 0 }]],
])('%j of %d seconds', (text, seconds, words) => {
  expect(spokenWords(text, seconds)).toEqual(words);
});
