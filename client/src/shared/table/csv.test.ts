import { csv } from './csv';

test('Hebrew, quotes and lines survive a spreadsheet', () => {
  expect(csv(['שם'], [['נדל״ן "הכרמל", חיפה'], ['שורה\nשנייה'], [null]])).toBe(
    '\ufeffשם\r\n"נדל״ן ""הכרמל"", חיפה"\r\n"שורה\nשנייה"\r\n\r\n',
  );
});

test.each([
  ['=1+1', "'=1+1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['+972501234567', '+972501234567'],
  ['-3.5', '-3.5'],
  ['+1+cmd|calc', "'+1+cmd|calc"],
  ['\tx', "'\tx"],
])('%s is written %s', (typed, written) => {
  expect(csv(['a'], [[typed]])).toBe(`\ufeffa\r\n${written}\r\n`);
});
