import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, vi } from 'vitest';
import type { Customer } from '@/shared/api/types';
import { session } from '@/shared/session/session';
import { answer, customer } from '@/test/customers';
import { show } from '@/test/world';
import { edits } from './edits';
import { useEdit } from './use-edit';

const sent: { name?: string; version: number }[] = [];
/** What the engine has by now. */
let kept: Customer;

beforeEach(() => {
  sent.length = 0;
  session.opened(900);
  vi.stubGlobal('fetch', (_: string, { body }: { body: string }) => {
    const patch = JSON.parse(body) as { name?: string; version: number };
    sent.push(patch);
    if (patch.version !== kept.version) return answer({ error: 'conflict', current: kept }, 409);
    kept = { ...kept, ...patch, version: kept.version + 1 };
    return answer(kept);
  });
});
afterEach(() => {
  session.closed();
  vi.unstubAllGlobals();
});

function Rename() {
  const { save, dialog } = useEdit(customer());
  return (
    <>
      <button onClick={() => save(edits.name('דנה לוי-כהן'))}>שינוי</button>
      {dialog}
    </>
  );
}

const press = () => userEvent.click(screen.getByRole('button', { name: 'שינוי' }));

test('an edit is made from the version that was read, and can be undone', async () => {
  kept = customer();
  await show(() => <Rename />);
  await press();
  await userEvent.click(await screen.findByRole('button', { name: 'ביטול הפעולה' }));
  await waitFor(() => expect(sent).toHaveLength(2));
  expect(sent).toEqual([
    { name: 'דנה לוי-כהן', version: 3 },
    { name: 'דנה לוי', version: 4 },
  ]);
});

test('something else was changed meanwhile: the edit is made anew and nobody is asked', async () => {
  kept = customer({ version: 5, tags: [] });
  await show(() => <Rename />);
  await press();
  await waitFor(() => expect(kept.name).toBe('דנה לוי-כהן'));
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('the same thing was changed meanwhile: both are shown, and one is chosen', async () => {
  kept = customer({ version: 5, name: 'דנה ברק' });
  await show(() => <Rename />);
  await press();
  const dialog = await screen.findByRole('dialog');
  expect(dialog).toHaveTextContent('דנה ברק');
  expect(dialog).toHaveTextContent('דנה לוי-כהן');
  expect(kept.name).toBe('דנה ברק');
  await userEvent.click(screen.getByRole('button', { name: 'לשמור את שלי' }));
  await waitFor(() => expect(kept.name).toBe('דנה לוי-כהן'));
});
