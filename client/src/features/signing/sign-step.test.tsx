import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, vi } from 'vitest';
import { answer } from '@/test/customers';
import { show } from '@/test/world';
import type { SignSession } from '@/shared/api/documents';
import type { Strokes } from './api/sign';
import { SignStep } from './sign-step';

// jsdom draws nothing: a press stands for a drawing.
vi.mock('./pad', () => ({
  Pad: ({ onChange }: { onChange: (strokes: Strokes) => void }) => (
    <button
      type="button"
      onClick={() =>
        onChange([
          [
            [0, 0],
            [100, 50],
            [300, 20],
            [500, 90],
          ],
        ])
      }
    >
      pad
    </button>
  ),
}));

const of: SignSession = {
  session: 'secret',
  document: {
    kind: 'order',
    title: 'הזמנה',
    number: '0001',
    business: 'תיווך',
    customer: 'דנה לוי',
    total: 0,
    pdf_url: '/api/public/sign/pdf',
    pages: 1,
  },
  status: 'viewed',
  phone_hint: '•••4567',
  expires_at: '2026-11-28T10:00:00Z',
  consent: 'קראתי ואני מסכימה',
};

let sent: { path: string; bearer: string | undefined; body: unknown }[] = [];
beforeEach(() => {
  sent = [];
  vi.stubGlobal('fetch', (path: string, init: { headers: Record<string, string>; body: string }) => {
    sent.push({ path, bearer: init.headers.authorization, body: JSON.parse(init.body) });
    return answer({ status: 'signed', signed_at: '2026-11-21T10:00:00Z', sha256: 'ab' });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

async function begin() {
  const onSigned = vi.fn();
  await show(() => <SignStep of={of} onSigned={onSigned} onAgain={() => undefined} />);
  return { onSigned, submit: () => userEvent.click(screen.getByRole('button', { name: 'חתימה על המסמך' })) };
}

test('nothing is sent before there is a signature and the consent', async () => {
  const { onSigned, submit } = await begin();
  await submit();
  expect(screen.getByRole('alert')).toHaveTextContent('חסרה חתימה.');
  await userEvent.click(screen.getByRole('button', { name: 'pad' }));
  expect(screen.getByRole('alert')).toHaveTextContent('צריך לסמן את ההסכמה.');
  await submit();
  expect([sent.length, onSigned.mock.calls.length]).toEqual([0, 0]);
});

test('a drawing goes with the session that the code was given in, and no other log-in', async () => {
  const { onSigned, submit } = await begin();
  await userEvent.click(screen.getByRole('button', { name: 'pad' }));
  await userEvent.click(screen.getByRole('checkbox'));
  await submit();
  await vi.waitFor(() => expect(onSigned).toHaveBeenCalledOnce());
  expect(sent[0]).toMatchObject({
    path: '/api/public/sign/sign',
    bearer: 'Bearer secret',
    body: { name: 'דנה לוי', signature: { kind: 'drawn' }, consent: true },
  });
});

test('who does not draw types the name', async () => {
  const { onSigned, submit } = await begin();
  await userEvent.click(screen.getByRole('radio', { name: 'הקלדת השם' }));
  await userEvent.click(screen.getByRole('checkbox'));
  await submit();
  await vi.waitFor(() => expect(onSigned).toHaveBeenCalledOnce());
  expect(sent[0]?.body).toMatchObject({ signature: { kind: 'typed', text: 'דנה לוי' } });
});
