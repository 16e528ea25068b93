import type { QueryClient } from '@tanstack/react-query';
import { ApiError, type ErrorCode } from '@/shared/api/error';
import type { MessageGiven } from '@/shared/api/whatsapp';
import { conversationQuery } from '../api/conversations';
import { postMessage, putMessage } from '../api/messages';

/**
 * What was written and the engine has not confirmed yet. It is kept in the browser, so that a page that is loaded again
 * sends it by the same key: to the engine that is the same message.
 */
export interface Waiting {
  /** Whose it is: another person on the same device has another outbox. */
  who: string;
  conversation: number;
  given: MessageGiven;
  at: string;
  /** Of a file: what is shown until the engine shows it. */
  file?: { name: string; mime: string; size: number };
  /** Why it was not taken, once it was not. */
  problem: Problem | null;
}

export interface Problem {
  code: ErrorCode;
  reason?: string;
  until?: string | null;
}

const KEY = 'al.whatsapp.outbox';

function load(): readonly Waiting[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? (kept as Waiting[]) : [];
  } catch {
    return [];
  }
}

let waiting = load();
const watchers = new Set<() => void>();

function set(next: readonly Waiting[], kept = true) {
  waiting = next;
  if (kept) {
    try {
      localStorage.setItem(KEY, JSON.stringify(next));
    } catch {
      // A full or closed store: it is kept for as long as the page is.
    }
  }
  for (const watcher of watchers) watcher();
}

window.addEventListener('storage', (event) => {
  if (
    event.storageArea === localStorage &&
    event.newValue !== null &&
    event.newValue !== JSON.stringify(waiting)
  )
    set(load(), false);
});

const change = (key: string, problem: Problem | null) =>
  set(waiting.map((one) => (one.given.client_key === key ? { ...one, problem } : one)));

export const outbox = {
  subscribe(watcher: () => void) {
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
    };
  },
  snapshot: () => waiting,
  /** What has arrived, or is not wanted any more. */
  drop(...keys: readonly string[]) {
    if (waiting.some((one) => keys.includes(one.given.client_key)))
      set(waiting.filter((one) => !keys.includes(one.given.client_key)));
  },
};

/** One after the other in each conversation: what was written first arrives first. */
const lanes = new Map<number, Promise<void>>();
const going = new Set<string>();

/** Sends what is new, or once more what was not taken. */
export function send(client: QueryClient, one: Waiting) {
  const key = one.given.client_key;
  if (going.has(key)) return;
  going.add(key);
  if (waiting.some((known) => known.given.client_key === key)) change(key, null);
  else set([...waiting, { ...one, problem: null }]);
  const before = lanes.get(one.conversation) ?? Promise.resolve();
  lanes.set(
    one.conversation,
    before.then(() => post(client, one)),
  );
}

async function post(client: QueryClient, { conversation, given }: Waiting) {
  try {
    const message = await postMessage(conversation, given);
    putMessage(client, message);
    outbox.drop(given.client_key);
    void client.invalidateQueries({ queryKey: ['whatsapp', 'list'] });
  } catch (error) {
    const { code, body } =
      error instanceof ApiError ? error : { code: 'internal' as const, body: { reason: '', until: null } };
    change(given.client_key, {
      code,
      ...(body.reason && { reason: body.reason }),
      ...(body.until && { until: body.until }),
    });
    // The window has closed meanwhile: the page is to show it.
    if (code === 'window_closed')
      void client.invalidateQueries({ queryKey: conversationQuery(conversation).queryKey });
  } finally {
    going.delete(given.client_key);
  }
}

/** A key that nobody has: of the page, not of the engine. */
export const newKey = () => crypto.randomUUID();
