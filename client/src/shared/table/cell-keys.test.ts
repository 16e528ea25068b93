import { step } from './cell-keys';

const press = (key: string, ctrlKey = false) => ({ key, ctrlKey, metaKey: false });
const size = { rows: 26, columns: 5 };

test('right to left, the left arrow leads to the next column', () => {
  expect(step(press('ArrowLeft'), { row: 1, column: 1 }, { ...size, dir: 'rtl' })).toEqual({
    row: 1,
    column: 2,
  });
  expect(step(press('ArrowRight'), { row: 1, column: 1 }, { ...size, dir: 'rtl' })).toEqual({
    row: 1,
    column: 0,
  });
  expect(step(press('ArrowRight'), { row: 1, column: 1 }, { ...size, dir: 'ltr' })).toEqual({
    row: 1,
    column: 2,
  });
});

test('nothing leads out of the table', () => {
  expect(step(press('ArrowUp'), { row: 0, column: 0 }, { ...size, dir: 'rtl' })).toEqual({
    row: 0,
    column: 0,
  });
  expect(step(press('PageDown'), { row: 20, column: 0 }, { ...size, dir: 'rtl' })).toEqual({
    row: 25,
    column: 0,
  });
  expect(step(press('End', true), { row: 0, column: 0 }, { ...size, dir: 'rtl' })).toEqual({
    row: 25,
    column: 4,
  });
});

test('other keys are not ours', () => {
  expect(step(press('a'), { row: 0, column: 0 }, { ...size, dir: 'rtl' })).toBeNull();
});
