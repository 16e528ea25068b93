import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';
import { LocaleProvider } from '../i18n/locale-provider';
import { ToastProvider } from './toasts';
import { useRemoval, useRemoved } from './use-removal';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function Row({ commit }: { commit: () => Promise<void> }) {
  const removal = useRemoval();
  const removed = useRemoved();
  return (
    <>
      {!removed.has('row:1') && <p>שורה</p>}
      <button onClick={() => removal({ key: 'row:1', text: 'נמחקה', commit })}>מחיקה</button>
    </>
  );
}

const world = (commit: () => Promise<void>) =>
  render(
    <LocaleProvider initial="he">
      <ToastProvider>
        <Row commit={commit} />
      </ToastProvider>
    </LocaleProvider>,
  );

test('what is removed is gone at once, and told to the engine when the undo has run out', async () => {
  const commit = vi.fn(() => Promise.resolve());
  world(commit);
  fireEvent.click(screen.getByText('מחיקה'));
  expect(screen.queryByText('שורה')).toBeNull();
  expect(commit).not.toHaveBeenCalled();
  await act(() => vi.advanceTimersByTimeAsync(8100));
  expect(commit).toHaveBeenCalledTimes(1);
});

test('an undo tells the engine nothing', async () => {
  const commit = vi.fn(() => Promise.resolve());
  world(commit);
  fireEvent.click(screen.getByText('מחיקה'));
  fireEvent.click(screen.getByText('ביטול הפעולה'));
  expect(screen.getByText('שורה')).toBeInTheDocument();
  await act(() => vi.advanceTimersByTimeAsync(20_000));
  expect(commit).not.toHaveBeenCalled();
});

test('leaving the page does not lose it', async () => {
  const commit = vi.fn(() => Promise.resolve());
  world(commit);
  fireEvent.click(screen.getByText('מחיקה'));
  await act(() => {
    fireEvent(window, new Event('pagehide'));
    return Promise.resolve();
  });
  expect(commit).toHaveBeenCalledWith(true);
});

test('what the engine refuses comes back, with the reason', async () => {
  world(() => Promise.reject(new Error('no')));
  fireEvent.click(screen.getByText('מחיקה'));
  await act(() => vi.advanceTimersByTimeAsync(8100));
  expect(screen.getByText('שורה')).toBeInTheDocument();
  expect(screen.getByText('תקלה בשרת. הניסיון הבא עשוי להצליח.')).toBeInTheDocument();
});
