import { afterEach, beforeEach, vi } from 'vitest';
import code from '../../../public/sw.js?raw';
import { bytes } from './push';

type Listener = (event: Record<string, unknown>) => void;
const listeners = new Map<string, Listener>();
const shown = vi.fn<(title: string, options: Record<string, unknown>) => Promise<void>>();
const opened = vi.fn<(href: string) => Promise<void>>();
const fetched = vi.fn<(path: string, options: { body: string }) => Promise<{ ok: boolean }>>();
let pages: { visibilityState: string; postMessage: (message: unknown) => void; focus: () => void }[];

const worker = {
  addEventListener: (name: string, listener: Listener) => listeners.set(name, listener),
  location: { origin: 'https://app.example' },
  clients: { matchAll: () => Promise.resolve(pages), openWindow: opened, claim: () => Promise.resolve() },
  registration: { showNotification: shown },
};
const happen = async (name: string, event: Record<string, unknown>) => {
  let work: unknown;
  listeners.get(name)?.({ ...event, waitUntil: (one: unknown) => (work = one) });
  await work;
};
const due = {
  v: 1,
  kind: 'due',
  title: 'להתקשר לדנה',
  body: '10:00',
  tag: 'task:3',
  url: '/tasks?task=3',
  reminder_id: 7,
  act: '/push/act?e=1&s=x&r=7&u=1',
  phone: '+972501234567',
  whatsapp: 'https://wa.me/972501234567',
};
const push = (told: unknown) => happen('push', { data: { json: () => told } });
const click = (action: string) =>
  happen('notificationclick', { action, notification: { close: () => undefined, data: due } });

beforeEach(() => {
  pages = [];
  for (const one of [shown, opened, fetched]) one.mockReset();
  shown.mockResolvedValue(undefined);
  opened.mockResolvedValue(undefined);
  fetched.mockResolvedValue({ ok: true });
  vi.stubGlobal('fetch', fetched);
  (new Function('self', code) as (self: unknown) => void)(worker);
});
afterEach(() => vi.unstubAllGlobals());

test('it listens to pushes and never to fetches', () => {
  expect([...listeners.keys()].toSorted()).toEqual([
    'activate',
    'install',
    'notificationclick',
    'push',
    'pushsubscriptionchange',
  ]);
});

test('with no page in sight it shows the reminder with its answers, right to left', async () => {
  pages = [{ visibilityState: 'hidden', postMessage: vi.fn(), focus: vi.fn() }];
  await push(due);
  const [title, options] = shown.mock.calls[0] ?? [];
  expect(title).toBe('להתקשר לדנה');
  expect(options).toMatchObject({ dir: 'rtl', lang: 'he', tag: 'task:3', renotify: true });
  const actions = options?.actions as { action: string }[];
  expect(actions.map((one) => one.action)).toEqual(['call', 'whatsapp', 'snooze', 'done']);
});

test('a page in sight is told instead', async () => {
  const postMessage = vi.fn();
  pages = [{ visibilityState: 'visible', postMessage, focus: vi.fn() }];
  await push(due);
  expect(shown).not.toHaveBeenCalled();
  expect(postMessage).toHaveBeenCalledWith({ type: 'push', reminder: 7 });
  await push({ ...due, kind: 'test' });
  expect(shown).toHaveBeenCalledTimes(1);
});

test.each([
  ['snooze', '{"action":"snooze","minutes":15}'],
  ['done', '{"action":"done"}'],
])('%s is told to the engine and opens nothing', async (action, body) => {
  await click(action);
  expect(fetched).toHaveBeenCalledWith(due.act, expect.objectContaining({ method: 'POST', body }));
  expect(opened).not.toHaveBeenCalled();
});

test('what the engine does not take is answered on the page', async () => {
  fetched.mockRejectedValue(new TypeError('offline'));
  await click('done');
  expect(opened).toHaveBeenCalledWith('https://app.example/tasks?task=3');
});

test('a press opens the task, in the page that is there', async () => {
  const page = { visibilityState: 'hidden', postMessage: vi.fn(), focus: vi.fn() };
  pages = [page];
  await click('');
  expect(page.focus).toHaveBeenCalled();
  expect(page.postMessage).toHaveBeenCalledWith({ type: 'open', path: '/tasks?task=3' });
  expect(opened).not.toHaveBeenCalled();
});

test('a key is read as it is written', () => {
  expect([...bytes('-_8A')]).toEqual([251, 255, 0]);
});
