import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, vi } from 'vitest';
import { session } from '@/shared/session/session';
import { show } from '@/test/world';
import { DueModal } from './due-modal';
import { sampleDue } from './sample';

const asked: string[] = [];
let now = 0;

beforeEach(() => {
  asked.length = 0;
  session.opened(900);
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  vi.stubGlobal('fetch', (path: string, { method, body }: { method: string; body: string | null }) => {
    asked.push(`${method} ${path} ${body ?? ''}`.trim());
    return Promise.resolve(
      new Response('{"id":10,"title":"x"}', { headers: { 'content-type': 'application/json' } }),
    );
  });
});
afterEach(() => {
  session.closed();
  vi.unstubAllGlobals();
});
const press = (key: string, code: string) => fireEvent.keyDown(screen.getByRole('dialog'), { key, code });

test('it says what, whom and when, and holds the focus', async () => {
  await show(() => <DueModal ringing={[sampleDue(1, { late_s: 600, notes: 'לפני הצהריים' })]} />);
  const dialog = screen.getByRole('dialog', { name: 'משימה 1' });
  expect(dialog).toHaveFocus();
  expect(dialog).toHaveTextContent('דנה כהן');
  expect(screen.getByText('050-123-4567').closest('bdi')).toHaveAttribute('dir', 'ltr');
  expect(dialog).toHaveTextContent('באיחור של 10 דקות');
  expect(dialog).toHaveTextContent('לפני הצהריים');
});

test.each([
  ['ד', 'KeyS', 'POST /api/reminders/1/snooze {"minutes":5}'],
  ['2', 'Digit2', 'POST /api/reminders/1/snooze {"minutes":15}'],
  ['3', 'Digit3', 'POST /api/reminders/1/snooze {"minutes":60}'],
  ['ג', 'KeyD', 'PATCH /api/tasks/10 {"status":"done"}'],
  ['ש', 'KeyA', 'POST /api/reminders/1/acknowledge'],
])('%s of a Hebrew layout (%s) is %s', async (key, code, request) => {
  await show(() => <DueModal ringing={[sampleDue(1)]} />);
  now = 1000;
  press(key, code);
  await waitFor(() => expect(asked).toEqual([request]));
});

test('a key that was meant for what was typed before is no answer', async () => {
  await show(() => <DueModal ringing={[sampleDue(1)]} />);
  now = 200;
  press('ג', 'KeyD');
  press('Escape', 'Escape');
  expect(screen.getByRole('dialog')).toBeVisible();
  expect(asked).toEqual([]);
});

test('Enter calls, and to call is to have seen it', async () => {
  const followed: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    followed.push(this.href);
  });
  await show(() => <DueModal ringing={[sampleDue(1)]} />);
  now = 1000;
  press('Enter', 'Enter');
  expect(followed).toEqual(['tel:+972501234567']);
  await waitFor(() => expect(asked).toEqual(['POST /api/reminders/1/acknowledge']));
});

test('done can be undone', async () => {
  await show(() => <DueModal ringing={[sampleDue(1)]} />);
  await userEvent.click(screen.getByRole('button', { name: 'בוצע' }));
  fireEvent.click(await screen.findByText('ביטול הפעולה'));
  await waitFor(() => expect(asked.at(-1)).toBe('PATCH /api/tasks/10 {"status":"open"}'));
});

test('without a phone there is nothing to call', async () => {
  await show(() => <DueModal ringing={[sampleDue(1, { customer: null })]} />);
  expect(screen.queryByRole('button', { name: 'התקשרות' })).toBeNull();
  now = 1000;
  press('Enter', 'Enter');
  await waitFor(() => expect(asked).toEqual(['POST /api/reminders/1/acknowledge']));
});

test('a few wait for one another, many are a list', async () => {
  const few = await show(() => <DueModal ringing={[1, 2, 3].map((id) => sampleDue(id))} />);
  expect(screen.getByText('3 תזכורות ממתינות')).toBeVisible();
  few.unmount();
  await show(() => <DueModal ringing={[1, 2, 3, 4, 5, 6].map((id) => sampleDue(id))} />);
  expect(screen.getByRole('dialog', { name: '6 תזכורות הגיעו יחד' })).toBeVisible();
  expect(screen.getAllByRole('listitem')).toHaveLength(6);
});
