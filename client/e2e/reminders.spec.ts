// A reminder cannot be missed: two browsers with two tabs each, and the clock of the engine set to the moment.
import type { Page } from '@playwright/test';
import { apiOf, expect, logIn, test } from './own-engine';
import { watchConsole } from './story';

/** A key as the keyboard of somebody who writes Hebrew sends it: its place, and what his layout has there. */
const keys = {
  W: { code: 'KeyW', key: "'", text: "'", windowsVirtualKeyCode: 87 },
  S: { code: 'KeyS', key: 'ד', text: 'ד', windowsVirtualKeyCode: 83 },
  Enter: { code: 'Enter', key: 'Enter', text: '\r', windowsVirtualKeyCode: 13 },
};

async function press(page: Page, name: keyof typeof keys) {
  // Keys that come with the modal are not taken for answers to it.
  await page.waitForTimeout(700);
  await page.bringToFront();
  const keyboard = await page.context().newCDPSession(page);
  await keyboard.send('Input.dispatchKeyEvent', { type: 'keyDown', ...keys[name] });
  await keyboard.send('Input.dispatchKeyEvent', { type: 'keyUp', ...keys[name], text: '' });
  await keyboard.detach();
}

/** Where this page is asked to go by the links that it follows. */
async function followed(page: Page): Promise<string[]> {
  const links: string[] = [];
  const watch = await page.context().newCDPSession(page);
  watch.on('Page.frameRequestedNavigation', ({ url }) => links.push(url));
  await watch.send('Page.enable');
  return links;
}

test('two minutes ahead it is made, rings in every tab of two browsers, is answered once and closed everywhere', async ({
  own,
  browser,
  playwright,
}) => {
  test.setTimeout(240_000);
  // Pages have the machine's clock, and one of them works out what is in two minutes.
  own.set(Date.now());
  const { launchOptions } = test.info().project.use;
  const another = await playwright.chromium.launch(launchOptions);
  const found: string[] = [];
  const tabs: Page[] = [];
  for (const one of [browser, another]) {
    const context = await one.newContext({ baseURL: own.base });
    await context.route('https://wa.me/**', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
    const first = await logIn(context, own.agent, '/tasks');
    const second = await context.newPage();
    await second.goto('/calls');
    await expect(second.getByRole('heading', { level: 1 })).toBeVisible();
    tabs.push(first, second);
    watchConsole(first, found);
    watchConsole(second, found);
  }
  const [a1, a2, b1, b2] = tabs as [Page, Page, Page, Page];
  const api = await apiOf(playwright.request, own, own.agent);
  const reminder = async (task: number) => {
    const [only] = (await api.task(task)).reminders;
    if (!only) throw new Error('it has no reminder');
    return only;
  };
  const rings = async (title: string) => {
    for (const tab of tabs) {
      const modal = tab.getByRole('dialog', { name: title });
      await expect(modal).toBeVisible({ timeout: 20_000 });
      await expect(modal.getByText('באיחור')).toHaveCount(0);
    }
  };
  const isClosed = async () => {
    for (const tab of tabs) await expect(tab.locator('[data-due]')).toHaveCount(0);
  };

  // Made in words, and put off in the other browser.
  const title = 'לחזור לדנה לוי';
  const others = new Set((await api.tasks()).map(({ id }) => id));
  await a1.getByLabel('משימה במילים').fill(`${title} בעוד שתי דקות`);
  await a1.getByRole('button', { name: 'הוספה' }).click();
  const made = async () => (await api.tasks()).find((task) => task.title === title && !others.has(task.id));
  await expect.poll(made).toBeDefined();
  const task = await made();
  if (!task) throw new Error('it was made');
  const ahead = Date.parse(task.due_at) - own.now();
  // Words say no seconds: the next whole minute is meant.
  expect(ahead).toBeGreaterThan(90_000);
  expect(ahead).toBeLessThan(190_000);
  expect((await reminder(task.id)).state).toBe('pending');
  own.set(Date.parse(task.due_at) - 2_000);
  await rings(title);
  await press(b2, 'S');
  await isClosed();
  const { remind_at, ...put } = await reminder(task.id);
  expect(put).toMatchObject({ state: 'snoozed', snooze_count: 1 });

  // Five minutes later it is back everywhere.
  const until = Date.parse(remind_at) - own.now();
  expect(until).toBeGreaterThan(270_000);
  expect(until).toBeLessThan(330_000);
  own.set(Date.parse(remind_at) - 2_000);
  await rings(title);
  await press(a2, 'Enter');
  await isClosed();
  expect(await reminder(task.id)).toMatchObject({ state: 'acknowledged', snooze_count: 1 });

  // The demo's caller wants to be called back: by WhatsApp with one key, by phone with another.
  const customer = (await api.tasks()).find((one) => one.customer?.phone)?.customer;
  const ask = async (name: string, channel: string) => {
    const due_at = new Date(own.now() + 120_000).toISOString();
    const { id } = await api.make({ title: name, due_at, channel, customer_id: customer?.id });
    own.set(Date.parse(due_at) - 2_000);
    await rings(name);
    return id;
  };
  const written = await ask('לשלוח תמונות', 'meeting');
  const [chat] = await Promise.all([a2.context().waitForEvent('page'), press(a2, 'W')]);
  await chat.waitForURL(`https://wa.me/${customer?.phone?.slice(1)}`);
  await isClosed();
  expect((await reminder(written)).state).toBe('acknowledged');
  await chat.close();

  const called = await ask('לתאם ביקור', 'call');
  const links = await followed(b1);
  await press(b1, 'Enter');
  await isClosed();
  expect(links).toEqual([`tel:${customer?.phone}`]);
  expect((await reminder(called)).state).toBe('acknowledged');

  await another.close();
  await Promise.all(browser.contexts().map((context) => context.close()));
  // A machine without a phone says so.
  expect(found.filter((line) => !line.includes("Failed to launch 'tel:"))).toEqual([]);
});
