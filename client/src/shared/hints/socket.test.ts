import { afterEach, beforeEach, vi } from 'vitest';
import { session } from '../session/session';
import type { ClientFrame } from './frames';
import { hintState, onNews, openSocket, say, type News } from './socket';

class Played {
  static readonly OPEN = 1;
  static readonly made: Played[] = [];
  readyState = 1;
  readonly said: unknown[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor() {
    Played.made.push(this);
  }
  send(text: string) {
    this.said.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
  }
  sends(frame: unknown) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const welcome = { type: 'welcome', epoch: 5, seq: 7, resumed: false, heartbeat_s: 25, user: 1, business: 2 };
const updated = (seq: number, epoch = 5) => ({
  type: 'event',
  seq,
  epoch,
  at: '2026-11-22T10:00:00Z',
  event: 'task:updated',
  data: { task_id: seq, version: 1, status: 'open' },
});
const last = () => {
  const socket = Played.made.at(-1);
  if (!socket) throw new Error('no socket was opened');
  return socket;
};
let news: News[];
let close: () => void;
let quiet: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', Played);
  Played.made.length = 0;
  session.opened(900);
  news = [];
  quiet = onNews((one) => news.push(one));
  close = openSocket();
  last().onopen?.();
});
afterEach(() => {
  close();
  quiet();
  session.closed();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('it says hello without a place, and all is stale for the first time', () => {
  expect(last().said).toEqual([{ type: 'hello', epoch: null, seq: null, visible: true }]);
  expect(hintState.snapshot()).toBe(false);
  last().sends(welcome);
  expect(hintState.snapshot()).toBe(true);
  expect(news).toEqual([{ kind: 'stale', first: true }]);
});

test('after a break it says where it stood and takes what it missed once', () => {
  last().sends(welcome);
  last().sends(updated(8));
  last().onclose?.({ code: 1006 });
  expect(hintState.snapshot()).toBe(false);
  vi.advanceTimersByTime(1000);
  last().onopen?.();
  expect(last().said[0]).toMatchObject({ epoch: 5, seq: 8 });
  last().sends({ ...welcome, seq: 10, resumed: true });
  last().sends(updated(9));
  last().sends(updated(9));
  last().sends(updated(10));
  const told = news.flatMap((one) =>
    one.kind === 'told' ? [(one.data as { task_id: number }).task_id] : [],
  );
  expect(told).toEqual([8, 9, 10]);
});

test('when more was missed than is kept everything is stale, and the place is the new one', () => {
  last().sends(welcome);
  last().sends({ type: 'resync', epoch: 6, seq: 40 });
  expect(news.at(-1)).toEqual({ kind: 'stale', first: false });
  last().sends(updated(40, 6));
  expect(news).toHaveLength(2);
  last().sends(updated(41, 6));
  expect(news).toHaveLength(3);
});

test('hints name what to look at again', () => {
  last().sends({ type: 'hint', what: 'calls', id: 'CA1' });
  expect(news).toEqual([{ kind: 'hint', what: 'calls', id: 'CA1' }]);
});

test('a socket that does not answer a ping is given up for another', () => {
  last().sends(welcome);
  const first = last();
  vi.advanceTimersByTime(25_000);
  expect(first.said.at(-1)).toEqual({ type: 'ping' });
  first.sends({ type: 'pong' });
  vi.advanceTimersByTime(25_000);
  expect(hintState.snapshot()).toBe(true);
  vi.advanceTimersByTime(25_000);
  expect(hintState.snapshot()).toBe(false);
  vi.advanceTimersByTime(1000);
  expect(last()).not.toBe(first);
});

test('an engine that stops says when to come back', () => {
  last().sends(welcome);
  last().sends({ type: 'reconnect', in_ms: 4000 });
  last().onclose?.({ code: 1001 });
  vi.advanceTimersByTime(3900);
  expect(Played.made).toHaveLength(1);
  vi.advanceTimersByTime(2200);
  expect(Played.made).toHaveLength(2);
});

test.each([
  [true, 200],
  [false, 401],
])('a log-in that has ended is renewed, or lost: %s', async (renewed, status) => {
  const lost = vi.fn();
  const forget = session.onLost(lost);
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('{"expires_in":900}', { status })));
  last().sends(welcome);
  last().onclose?.({ code: 4001 });
  await vi.advanceTimersByTimeAsync(0);
  expect(Played.made).toHaveLength(renewed ? 2 : 1);
  expect(lost).toHaveBeenCalledTimes(renewed ? 0 : 1);
  forget();
});

test('a page that nobody looks at does not send another away', () => {
  const hidden = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  last().sends(welcome);
  last().onclose?.({ code: 4009 });
  vi.advanceTimersByTime(120_000);
  expect(Played.made).toHaveLength(1);
  hidden.mockReturnValue('visible');
  document.dispatchEvent(new Event('visibilitychange'));
  expect(Played.made).toHaveLength(2);
});

test('it says when it goes out of sight and comes back, before anything else is said', () => {
  const hidden = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  last().sends(welcome);
  document.dispatchEvent(new Event('visibilitychange'));
  expect(last().said.at(-1)).toEqual({ type: 'visible', visible: false });
  const shown: ClientFrame = { type: 'shown', reminders: [1] };
  const look = () => say(shown);
  document.addEventListener('visibilitychange', look);
  hidden.mockReturnValue('visible');
  document.dispatchEvent(new Event('visibilitychange'));
  document.removeEventListener('visibilitychange', look);
  expect(last().said.slice(-2)).toEqual([{ type: 'visible', visible: true }, shown]);
});

test('nothing is said while nobody listens', () => {
  expect(say({ type: 'shown', reminders: [1] })).toBe(false);
  last().sends(welcome);
  expect(say({ type: 'shown', reminders: [1] })).toBe(true);
  expect(last().said.at(-1)).toEqual({ type: 'shown', reminders: [1] });
});
