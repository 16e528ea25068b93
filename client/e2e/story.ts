// What every story stands on: a person who is logged in, and a console in which nothing may be wrong.
import { expect, test as base, type Page } from '@playwright/test';

/** What scripts/with-demo says of the engine and its people. */
function told(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run scripts/stories`);
  return value;
}

const engine = new URL(told('BASE_URL')).origin;
export const people = {
  admin: told('STORY_ADMIN'),
  manager: told('STORY_MANAGER'),
  agent: told('STORY_AGENT'),
};
const passwords = {
  admin: told('STORY_ADMIN_PASSWORD'),
  manager: told('STORY_MANAGER_PASSWORD'),
  agent: told('STORY_AGENT_PASSWORD'),
};

/** A caller of the demo's business: what is said, one a turn, and how much of real time it takes. */
interface Caller {
  from: string;
  say: string[];
  pace: number;
}

/** Rings through the simulated carrier, and comes back when the call is over and nothing was wrong with it. */
export async function ring({ from, say, pace }: Caller) {
  const answer = await fetch(`${told('CARRIER')}/simulator/calls`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: '+97249876543', from, say, pace, target: engine }),
  });
  const lines = (await answer.text()).trim().split('\n');
  const { report } = JSON.parse(lines.at(-1) ?? '') as { report: { status: string; violations: unknown[] } };
  expect([report.status, report.violations]).toEqual(['completed', []]);
}

interface Story {
  /** What the console may say in this story, because the story provokes it (a browser reports each refused request). */
  allowed: RegExp[];
  logIn: (role: keyof typeof people, path?: string) => Promise<void>;
  /** The same without the form, for stories about something else. */
  enter: (role: keyof typeof people, path?: string) => Promise<void>;
  /** Where an invitation leads that the manager has just made. */
  invitation: () => Promise<string>;
}

export function watchConsole(page: Page, found: string[]) {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      found.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => found.push(`exception: ${error.stack ?? error.message}`));
}

export const test = base.extend<Story>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads from the pattern which fixtures are wanted
  allowed: async ({}, use) => {
    await use([]);
  },
  page: async ({ page, allowed }, use) => {
    const found: string[] = [];
    watchConsole(page, found);
    await use(page);
    expect(found.filter((line) => !allowed.some((form) => form.test(line)))).toEqual([]);
  },
  enter: async ({ page }, use) => {
    await use(async (role, path = '/') => {
      const answer = await page.request.post('/auth/login', {
        headers: { origin: engine },
        data: { email: people[role], password: passwords[role] },
      });
      expect(answer.ok(), await answer.text()).toBe(true);
      await page.addInitScript(() => {
        localStorage.setItem(
          'al.session',
          localStorage.getItem('al.session') ?? String(Date.now() + 900_000),
        );
      });
      await page.goto(path);
      if (!path.includes('.'))
        await expect(page.getByRole('button', { name: /תפריט המשתמש|User menu/ })).toBeVisible();
    });
  },
  invitation: async ({ playwright }, use) => {
    await use(async () => {
      const manager = await playwright.request.newContext({
        baseURL: engine,
        extraHTTPHeaders: { origin: engine },
      });
      await manager.post('/auth/login', { data: { email: people.manager, password: passwords.manager } });
      const guest = { email: `guest${Date.now()}@example.com`, name: 'גיל רגב', role: 'agent' };
      const answer = await manager.post('/api/invitations', { data: guest });
      expect(answer.ok(), await answer.text()).toBe(true);
      const { link } = (await answer.json()) as { link: string };
      await manager.dispose();
      return link;
    });
  },
  logIn: async ({ page }, use) => {
    await use(async (role, path = '/') => {
      await page.goto(path);
      await page.getByLabel('דוא״ל').fill(people[role]);
      await page.getByLabel('סיסמה', { exact: true }).fill(passwords[role]);
      await page.getByRole('button', { name: 'כניסה', exact: true }).click();
      await expect(page.getByRole('button', { name: 'תפריט המשתמש' })).toBeVisible();
    });
  },
});

export { expect };
