import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { MessageGiven } from '@/shared/api/whatsapp';
import { session } from '@/shared/session/session';
import { answer } from '@/test/customers';
import { conversation, message } from '@/test/whatsapp';
import { show } from '@/test/world';
import { Chat } from './chat';
import { outbox } from './outbox';

let head = conversation();
let sent: MessageGiven[] = [];
let post: (given: MessageGiven) => Promise<Response>;
const list = (results: unknown[]) => answer({ results, page: 1, pages: 1, total: results.length });

const me = {
  user: { id: 2, name: 'יעל', email: 'y@example.com' },
  admin: false,
  business: {
    id: 1,
    name: 'תיווך',
    role: 'agent',
    features: ['crm', 'whatsapp'],
    time_zone: 'Asia/Jerusalem',
  },
};

beforeEach(() => {
  head = conversation();
  sent = [];
  post = (given) =>
    answer(message({ id: 101, direction: 'out', body: given.text ?? '', client_key: given.client_key }), 201);
  session.opened(900);
  vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => {
    if (path.endsWith('/auth/me')) return answer(me);
    if (path.includes('/messages') && init.method === 'POST') {
      const given = JSON.parse(String(init.body)) as MessageGiven;
      sent.push(given);
      return post(given);
    }
    if (path.includes('/messages'))
      return answer({ items: [message({ body: 'האם הדירה פנויה?' })], next: null });
    if (path.includes('/templates'))
      return list([
        {
          id: 1,
          name: 'visit',
          language: 'he',
          category: 'UTILITY',
          status: 'approved',
          body: 'שלום {{1}}, תזכורת לביקור',
          parameters: [{ name: '1', example: 'דנה' }],
          header: null,
          buttons: [],
          rejected_reason: null,
        },
      ]);
    if (path.includes('/replies')) return list([{ id: 1, shortcut: 'שעות', text: 'פתוחים עד שש' }]);
    if (path.includes('/conversations/')) return answer(head);
    return list([]);
  });
});
afterEach(() => {
  outbox.drop(...outbox.snapshot().map((one) => one.given.client_key));
  session.closed();
  vi.unstubAllGlobals();
});

const field = () => screen.findByRole('textbox', { name: 'כתיבת הודעה' });

test('Enter sends what was written, Shift with Enter begins a line, and a slash brings a kept answer', async () => {
  await show(() => <Chat id={5} />);
  await userEvent.type(await field(), 'שורה{Shift>}{Enter}{/Shift}line{Enter}');
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({ kind: 'text', text: 'שורה\nline' });
  expect(await field()).toHaveValue('');
  await userEvent.type(await field(), '/שע');
  await screen.findByRole('option', { name: /פתוחים/ });
  await userEvent.keyboard('{Enter}');
  expect(await field()).toHaveValue('פתוחים עד שש');
  expect(sent).toHaveLength(1);
});

test('what the engine did not take stays, says why, and goes out again by the same key after the page was loaded anew', async () => {
  post = () => answer({ error: 'policy_refused', reason: 'opted_out' }, 409);
  const first = await show(() => <Chat id={5} />);
  await userEvent.type(await field(), 'שלום{Enter}');
  expect(await screen.findByRole('alert')).toHaveTextContent('הלקוח ביקש שלא לקבל פניות בדרך הזו.');
  first.unmount();
  expect(localStorage.getItem('al.whatsapp.outbox')).toContain('שלום');
  post = (given) =>
    answer(message({ id: 101, direction: 'out', body: 'שלום', client_key: given.client_key }), 200);
  await show(() => <Chat id={5} />);
  await userEvent.click(await screen.findByRole('button', { name: 'ניסיון נוסף' }));
  await waitFor(() => expect(outbox.snapshot()).toEqual([]));
  expect(sent.map((one) => one.client_key)).toEqual([sent[0]?.client_key, sent[0]?.client_key]);
  expect(screen.getAllByText('שלום')).toHaveLength(1);
});

test('once the day is over there is a template in place of the field, shown as it will be read', async () => {
  head = conversation({ window_expires_at: '2020-01-01T00:00:00Z' });
  await show(() => <Chat id={5} />);
  await userEvent.type(await screen.findByLabelText(/ערך עבור/), 'דנה');
  expect(screen.queryByRole('textbox', { name: 'כתיבת הודעה' })).toBeNull();
  expect(screen.getByRole('status', { name: 'תצוגה מקדימה' })).toHaveTextContent('שלום דנה, תזכורת לביקור');
  await userEvent.click(screen.getByRole('button', { name: 'שליחת התבנית' }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({
    kind: 'template',
    template: { name: 'visit', language: 'he', parameters: [{ name: '1', value: 'דנה' }] },
  });
});
