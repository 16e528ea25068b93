import { afterEach, beforeEach, vi } from 'vitest';
import { request } from '../api/request';
import { refresh } from './refresh';
import { session } from './session';

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
let answers: (path: string) => Response | Promise<Response>;
const asked: string[] = [];

beforeEach(() => {
  asked.length = 0;
  session.opened(900);
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    return Promise.resolve(answers(path));
  });
});
afterEach(() => vi.unstubAllGlobals());

test('many at once renew the session once', async () => {
  answers = () => json(200, { expires_in: 900 });
  expect(await Promise.all([refresh(), refresh(), refresh()])).toEqual([true, true, true]);
  expect(asked).toEqual(['/auth/refresh']);
});

test('a request renews ahead of the end, not after it', async () => {
  session.opened(30);
  answers = (path) => json(200, path === '/auth/refresh' ? { expires_in: 900 } : { results: [] });
  await request('GET', '/api/calls');
  expect(asked).toEqual(['/auth/refresh', '/api/calls']);
});

test('a 401 is renewed once and asked again', async () => {
  let ended = true;
  answers = (path) => {
    if (path === '/auth/refresh') {
      ended = false;
      return json(200, { expires_in: 900 });
    }
    return ended ? json(401, { error: 'unauthenticated' }) : json(200, { ok: true });
  };
  expect(await request('GET', '/api/calls')).toEqual({ ok: true });
  expect(asked).toEqual(['/api/calls', '/auth/refresh', '/api/calls']);
});

test('a session that cannot be renewed is lost, and said so once', async () => {
  const lost = vi.fn();
  const stop = session.onLost(lost);
  answers = () => json(401, { error: 'unauthenticated' });
  await expect(request('GET', '/api/calls')).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(lost).toHaveBeenCalledTimes(1);
  expect(session.endsAt()).toBeNull();
  asked.length = 0;
  await expect(request('GET', '/api/calls')).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(asked).toEqual([]);
  stop();
});

test('no answer is no log-out', async () => {
  session.opened(30);
  answers = () => Promise.reject(new TypeError('network'));
  await expect(request('GET', '/api/calls')).rejects.toMatchObject({ code: 'offline' });
  expect(session.endsAt()).not.toBeNull();
});

test('the engine’s refusal keeps its code, its fields and its id', async () => {
  answers = () =>
    json(422, { error: 'invalid', detail: 'x', request_id: 'r-1', fields: { name: 'too long' } });
  await expect(request('POST', '/api/businesses', { json: {} })).rejects.toMatchObject({
    code: 'invalid',
    requestId: 'r-1',
    body: { fields: { name: 'too long' } },
  });
});
