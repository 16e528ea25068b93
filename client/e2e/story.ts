// What every story stands on: a person who is logged in, and a console in which nothing may be wrong.
import { expect, test as base, type Page } from '@playwright/test';

/** On the fake engine there are things that a real one does by itself (a caller who talks). */
export const fake = !process.env.BASE_URL;
export const password = process.env.STORY_PASSWORD ?? 'carmel-2026';
const passwords = {
  admin: process.env.STORY_ADMIN_PASSWORD ?? password,
  manager: process.env.STORY_MANAGER_PASSWORD ?? password,
  agent: process.env.STORY_AGENT_PASSWORD ?? password,
};
export const people = {
  admin: process.env.STORY_ADMIN ?? 'admin@example.com',
  manager: process.env.STORY_MANAGER ?? 'manager@example.com',
  agent: process.env.STORY_AGENT ?? 'agent@example.com',
};

interface Story {
  /** What the console may say in this story, because the story provokes it (a browser reports each refused request). */
  allowed: RegExp[];
  logIn: (role: keyof typeof people, path?: string) => Promise<void>;
  /** The same without the form, for stories about something else. */
  enter: (role: keyof typeof people, path?: string) => Promise<void>;
}

/** A story about calls has nothing to tell where nobody has rung yet. */
export async function skipWithoutCalls(page: Page) {
  const answer = await page.request.get('/api/calls?limit=1&status=completed');
  const { total } = (await answer.json()) as { total: number };
  test.skip(total === 0, 'nobody has rung yet');
}

export function watchConsole(page: Page, found: string[]) {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      found.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => found.push(`exception: ${error.stack ?? error.message}`));
}

export const test = base.extend<Story>({
  // eslint-disable-next-line no-empty-pattern
  allowed: async ({}, use) => {
    await use([]);
  },
  page: async ({ page, allowed }, use) => {
    const found: string[] = [];
    watchConsole(page, found);
    await use(page);
    expect(found.filter((line) => !allowed.some((form) => form.test(line)))).toEqual([]);
  },
  enter: async ({ page, baseURL }, use) => {
    await use(async (role, path = '/') => {
      const origin = new URL(baseURL ?? '').origin;
      const answer = await page.request.post('/auth/login', {
        headers: { origin },
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
