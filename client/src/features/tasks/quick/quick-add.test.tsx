import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, vi } from 'vitest';
import { session } from '@/shared/session/session';
import { show } from '@/test/world';
import { QuickAdd } from './quick-add';

const asked: { path: string; body: { title: string; repeats: string } }[] = [];

beforeEach(() => {
  asked.length = 0;
  session.opened(900);
  vi.stubGlobal('fetch', (path: string, { body }: { body: string }) => {
    asked.push({ path, body: JSON.parse(body) as { title: string; repeats: string } });
    return Promise.resolve(
      new Response('{"id":1}', { status: 201, headers: { 'content-type': 'application/json' } }),
    );
  });
});
afterEach(() => {
  session.closed();
  vi.unstubAllGlobals();
});

test('what was understood is shown before it is kept', async () => {
  await show(() => <QuickAdd />);
  await userEvent.type(screen.getByLabelText('משימה במילים'), 'להתקשר לדנה כל יום ב-8');
  const status = screen.getAllByRole('status').find((one) => one.textContent.includes('להתקשר לדנה'));
  expect(status).toHaveTextContent('08:00');
  expect(status).toHaveTextContent('כל יום');
  expect(asked).toEqual([]);
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(asked).toHaveLength(1));
  expect(asked[0]).toMatchObject({ path: '/api/tasks', body: { title: 'להתקשר לדנה', repeats: 'daily' } });
});

test('a time alone is no task yet', async () => {
  await show(() => <QuickAdd />);
  await userEvent.type(screen.getByLabelText('משימה במילים'), 'מחר ב-10');
  expect(screen.getByRole('button', { name: 'הוספה' })).toBeDisabled();
  expect(screen.getByText('מה לעשות אז?')).toBeVisible();
});
