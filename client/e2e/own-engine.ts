// An engine of a story's own, whose clock the story sets (and that of its Postgres, which is the one that counts), so that
// nobody waits for what is minutes ahead. It is the demo, beside the one that all other stories share.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  expect,
  test as base,
  type APIRequestContext,
  type BrowserContext,
  type Page,
} from '@playwright/test';
import { PushService } from './push-service';

/** Where Debian's libfaketime is; scripts/setup installs it. */
function faketime(): string {
  const places = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib'];
  const found = places.map((place) => join(place, 'faketime/libfaketime.so.1')).find(existsSync);
  if (!found) throw new Error('libfaketime: scripts/setup installs it');
  return found;
}

interface Somebody {
  email: string;
  password: string;
}

export interface OwnEngine {
  base: string;
  push: PushService;
  manager: Somebody;
  agent: Somebody;
  /** What its clock shows, in ms. */
  now: () => number;
  /** Sets its clock to this moment, in ms; it goes on from there. */
  set: (to: number) => void;
}

async function start(push: PushService, folder: string): Promise<[OwnEngine, () => Promise<void>]> {
  const program = process.env.ENGINE_PROGRAM;
  if (!program) throw new Error('ENGINE_PROGRAM is not set: run scripts/stories');
  // Postgres runs as somebody else: he reads the clock, and passes on to his data.
  chmodSync(folder, 0o755);
  const clock = join(folder, 'clock');
  let ahead = 0;
  const set = (to: number) => {
    ahead = Math.round((to - Date.now()) / 1000);
    writeFileSync(clock, ahead < 0 ? String(ahead) : `+${ahead}`);
  };
  set(Date.now());
  const log = join(folder, 'log');
  const engine = spawn(program, ['demo', '--fast', '--carrier-port', '0'], {
    env: {
      ...process.env,
      DATA_DIR: join(folder, 'data'),
      PORT: '0',
      PUSH_ORIGINS: push.origin,
      LD_PRELOAD: faketime(),
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    stdio: ['ignore', 'pipe', openSync(log, 'w')],
  });
  const ended = once(engine, 'exit');
  const stop = async () => {
    engine.kill('SIGTERM');
    await ended;
  };
  let said = '';
  const up = new Promise<void>((resolve) => {
    engine.stdout?.on('data', (text: Buffer) => {
      said += text.toString();
      if (/^The engine stays up/m.test(said)) resolve();
    });
  });
  await Promise.race([up, ended]);
  const base = /^engine +(http\S+)/m.exec(said)?.[1];
  const somebody = (role: string): Somebody => {
    const [, email = '', password = ''] = new RegExp(`^ +${role} +(\\S+@\\S+) +(\\S+)`, 'm').exec(said) ?? [];
    return { email, password };
  };
  if (!base || engine.exitCode !== null)
    throw new Error(`the engine did not start:\n${readFileSync(log, 'utf8')}`);
  const own = {
    base,
    push,
    manager: somebody('manager'),
    agent: somebody('agent'),
    now: () => Date.now() + ahead * 1000,
    set,
  };
  return [own, stop];
}

export const test = base.extend<object, { own: OwnEngine }>({
  own: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads from the pattern which fixtures are wanted
    async ({}, use) => {
      const push = await PushService.open();
      const folder = mkdtempSync(join(tmpdir(), 'agentlocator-story-'));
      const [own, stop] = await start(push, folder);
      await use(own);
      await stop();
      push.close();
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 240_000 },
  ],
});

/** The first page of a context in which this person has just logged in. */
export async function logIn(
  context: BrowserContext,
  { email, password }: Somebody,
  path: string,
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(path);
  await page.getByLabel('דוא״ל').fill(email);
  await page.getByLabel('סיסמה', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'כניסה', exact: true }).click();
  await expect(page.getByRole('button', { name: 'תפריט המשתמש' })).toBeVisible();
  return page;
}

export interface Task {
  id: number;
  title: string;
  due_at: string;
  status: string;
  customer: { id: number; phone: string | null } | null;
  reminders: { id: number; state: string; remind_at: string }[];
}

/** The API, as a page of this person's calls it, without a page. */
export async function apiOf(
  request: { newContext: (options: object) => Promise<APIRequestContext> },
  own: OwnEngine,
  { email, password }: Somebody,
) {
  const api = await request.newContext({ baseURL: own.base, extraHTTPHeaders: { origin: own.base } });
  const answer = await api.post('/auth/login', { data: { email, password } });
  expect(answer.ok(), await answer.text()).toBe(true);
  const ask = async <T>(method: 'get' | 'post', path: string, data?: object): Promise<T> => {
    let answer = await api[method](path, data && { data });
    if (answer.status() === 401) {
      // As a page does when the clock has passed its token.
      await api.post('/auth/refresh');
      answer = await api[method](path, data && { data });
    }
    expect(answer.ok(), await answer.text()).toBe(true);
    return (await answer.json()) as T;
  };
  return {
    tasks: async () => (await ask<{ results: Task[] }>('get', '/api/tasks?limit=100')).results,
    task: (id: number) => ask<Task>('get', `/api/tasks/${id}`),
    make: (task: object) => ask<Task>('post', '/api/tasks', task),
  };
}

export { expect };
