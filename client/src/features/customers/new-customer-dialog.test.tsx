import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, vi } from 'vitest';
import { session } from '@/shared/session/session';
import { answer, customer } from '@/test/customers';
import { show } from '@/test/world';
import { NewCustomerDialog } from './new-customer-dialog';

const made: unknown[] = [];

beforeEach(() => {
  made.length = 0;
  session.opened(900);
  vi.stubGlobal('fetch', (path: string, { body }: { body?: string }) => {
    if (path === '/auth/me')
      return answer({
        user: { id: 1, name: 'נועם', email: 'n@example.com' },
        admin: false,
        memberships: [],
        business: { id: 1, name: 'נדל״ן', role: 'agent', features: ['crm'], time_zone: 'Asia/Jerusalem' },
      });
    if (path.startsWith('/api/tasks/assignees')) return answer({ results: [{ id: 1, name: 'נועם' }] });
    if (path.startsWith('/api/crm/customers/check'))
      return answer({
        matches: path.includes('phone=') ? [{ customer: customer(), by: 'phone' }] : [],
      });
    made.push(JSON.parse(body ?? 'null'));
    return answer({ error: 'duplicate', customer: customer() }, 409);
  });
});
afterEach(() => {
  session.closed();
  vi.unstubAllGlobals();
});

test('who has the number already is said while it is typed, and leads to the card', async () => {
  await show(() => <NewCustomerDialog onClose={() => undefined} />);
  await userEvent.type(await screen.findByLabelText('טלפון'), '050-123 4567');
  const found = await screen.findByRole('link', { name: 'דנה לוי' });
  expect(found).toHaveAttribute('href', '/customers/7');
  expect(screen.getByText('אותו טלפון')).toBeInTheDocument();
});

test('a number is sent in its one spelling; whose it is by then is said', async () => {
  await show(() => <NewCustomerDialog onClose={() => undefined} />);
  await userEvent.type(await screen.findByLabelText('שם'), 'דנה');
  await userEvent.type(screen.getByLabelText('טלפון'), '050-123 4567');
  await userEvent.click(screen.getByRole('button', { name: 'שמירה' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('דנה לוי');
  expect(made).toEqual([
    { name: 'דנה', phones: ['+972501234567'], emails: [], status: 'lead', tags: [], assignee_user_id: 1 },
  ]);
});
