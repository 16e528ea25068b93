import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, vi } from 'vitest';
import { session } from '@/shared/session/session';
import { show } from '@/test/world';
import { CustomerPicker } from './customer-picker';

const asked: string[] = [];

beforeEach(() => {
  asked.length = 0;
  session.opened(900);
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    const results = [
      { id: 1, name: 'דנה לוי', phone: '+972501234567' },
      { id: 2, name: 'דנה כהן', phone: null },
    ];
    return Promise.resolve(
      new Response(JSON.stringify({ results, page: 1, pages: 1, total: 2 }), {
        headers: { 'content-type': 'application/json' },
      }),
    );
  });
});
afterEach(() => {
  session.closed();
  vi.unstubAllGlobals();
});

test('a customer is found by typing and chosen by the keyboard alone', async () => {
  const onChange = vi.fn();
  await show(() => <CustomerPicker label="לקוח" value={null} onChange={onChange} />);
  await userEvent.type(screen.getByRole('combobox', { name: /לקוח/ }), 'דנה');
  expect(await screen.findByRole('option', { name: /דנה לוי/ })).toHaveTextContent('050-123-4567');
  expect(asked).toEqual([`/api/crm/customers?${new URLSearchParams({ q: 'דנה', limit: '8' }).toString()}`]);
  await userEvent.keyboard('{ArrowDown}{Enter}');
  expect(onChange).toHaveBeenCalledWith({ id: 2, name: 'דנה כהן', phone: null });
});

test('Escape closes what was found, not the form around it', async () => {
  const outer = vi.fn();
  await show(() => (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- stands for a dialog
    <div onKeyDown={outer}>
      <CustomerPicker label="לקוח" value={null} onChange={() => undefined} />
    </div>
  ));
  await userEvent.type(screen.getByRole('combobox'), 'דנה');
  await screen.findAllByRole('option');
  outer.mockClear();
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByRole('option')).toBeNull();
  expect(outer).not.toHaveBeenCalled();
});

test('who was chosen can be let go', async () => {
  const onChange = vi.fn();
  await show(() => <CustomerPicker label="לקוח" value={{ id: 1, name: 'דנה לוי' }} onChange={onChange} />);
  await userEvent.click(screen.getByRole('button', { name: 'בחירת לקוח אחר' }));
  expect(onChange).toHaveBeenCalledWith(null);
});
