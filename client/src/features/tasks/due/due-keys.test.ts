import { dueAction, type DueAction } from './due-keys';

const press = (key: string, code: string, more: object = {}) => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  isComposing: false,
  target: document.body,
  ...more,
});

test.each<[string, string, DueAction | null]>([
  ['Enter', 'Enter', 'primary'],
  // What the key of W gives on a Hebrew layout, and S, D, A.
  ['׳', 'KeyW', 'whatsapp'],
  ['w', 'KeyW', 'whatsapp'],
  ['ד', 'KeyS', 'snooze5'],
  ['ג', 'KeyD', 'done'],
  ['ש', 'KeyA', 'seen'],
  ['1', 'Digit1', 'snooze5'],
  ['2', 'Digit2', 'snooze15'],
  ['3', 'Numpad3', 'snooze60'],
  ['s', 'KeyO', null],
  ['Escape', 'Escape', null],
])('%s of %s is %s', (key, code, expected) => {
  expect(dueAction(press(key, code))).toBe(expected);
});

test.each([{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { repeat: true }, { isComposing: true }])(
  'with %o it is somebody else’s',
  (more) => {
    expect(dueAction(press('s', 'KeyS', more))).toBeNull();
  },
);

test('a field keeps its keys, and a button its Enter only', () => {
  const [field, button] = [document.createElement('input'), document.createElement('button')];
  expect(dueAction(press('d', 'KeyD', { target: field }))).toBeNull();
  expect(dueAction(press('Enter', 'Enter', { target: button }))).toBeNull();
  expect(dueAction(press('d', 'KeyD', { target: button }))).toBe('done');
});
