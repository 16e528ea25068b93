import { fireEvent, render, screen } from '@testing-library/react';
import { afterEach, vi } from 'vitest';
import { setSingleKeys, useShortcuts } from './shortcuts';

const ran = vi.fn();
afterEach(() => {
  ran.mockReset();
  setSingleKeys(true);
});

function Page() {
  useShortcuts([
    [{ code: 'KeyK', mod: true }, () => ran('palette')],
    [{ code: 'Slash', shift: true }, () => ran('sheet')],
    [{ code: 'KeyC', after: 'KeyG' }, () => ran('calls')],
  ]);
  return <input aria-label="שדה" />;
}

const press = (code: string, more: object = {}, target: Element = document.body) =>
  fireEvent.keyDown(target, { code, key: 'ע', ...more });

test('keys are places: a Hebrew layout presses the same ones', () => {
  render(<Page />);
  press('KeyK', { ctrlKey: true });
  press('Slash', { shiftKey: true });
  press('KeyG');
  press('KeyC');
  expect(ran.mock.calls).toEqual([['palette'], ['sheet'], ['calls']]);
});

test('what is typed into a field is no shortcut, but a combination is', () => {
  render(<Page />);
  const field = screen.getByLabelText('שדה');
  press('Slash', { shiftKey: true }, field);
  expect(ran).not.toHaveBeenCalled();
  press('KeyK', { metaKey: true }, field);
  expect(ran).toHaveBeenCalledWith('palette');
});

test('single keys can be switched off', () => {
  render(<Page />);
  setSingleKeys(false);
  press('Slash', { shiftKey: true });
  press('KeyG');
  press('KeyC');
  expect(ran).not.toHaveBeenCalled();
});

test('the second key of a pair alone does nothing', () => {
  render(<Page />);
  press('KeyC');
  expect(ran).not.toHaveBeenCalled();
});

test('a key is pressed as people do: Shift first, and after other keys', () => {
  render(<Page />);
  press('KeyA');
  press('ShiftLeft', { shiftKey: true });
  press('Slash', { shiftKey: true });
  press('KeyG');
  press('ShiftRight', { shiftKey: true });
  press('KeyC');
  expect(ran.mock.calls).toEqual([['sheet'], ['calls']]);
});
