// WhatsApp on the real engine, with the simulated provider: what a customer writes is on every open page, answered by one of
// two people, and once the day is over only a template goes out.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, people, test, watchConsole } from './story';

const OURS = '+97249876543';
const engine = new URL(process.env.BASE_URL ?? '').origin;

let made = 0;
/** A number that nobody has yet. */
const number = () => `+97253${1_000_000 + ((Date.now() + 7919 * made++) % 8_999_999)}`;

async function carrier(path: string, body: object) {
  const answer = await fetch(`${process.env.CARRIER}/simulator/whatsapp/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok, await answer.clone().text()).toBe(true);
}

const writes = (phone: string, name: string, text: string) =>
  carrier('messages', {
    line: 'twilio',
    from: { phone, name },
    to: OURS,
    wrote: { type: 'text', text },
    target: engine,
  });

/** The business's number at the provider; it is there from the first story on. */
async function connected(page: Page) {
  const headers = { origin: engine };
  const all = (await (await page.request.get('/api/whatsapp/channels')).json()) as { total: number };
  if (all.total > 0) return;
  const answer = await page.request.post('/api/whatsapp/channels', {
    headers,
    data: { provider: 'twilio', number: OURS, name: 'משרד' },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
}

async function axe(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
}

const field = (page: Page) => page.getByRole('textbox', { name: 'כתיבת הודעה' });
const row = (page: Page, name: string) => page.locator('[data-conversation]').filter({ hasText: name });

test('a message is on the pages of two people at once, one answers, and the ticks go on to read', async ({
  page,
  enter,
  browser,
}) => {
  test.setTimeout(120_000);
  await enter('manager', '/whatsapp');
  await connected(page);
  const [phone, name] = [number(), `דנה ${Date.now()}`];
  const second = await browser.newContext({ baseURL: engine, locale: 'he-IL' });
  const other = await second.newPage();
  const said: string[] = [];
  watchConsole(other, said);
  const entered = await other.request.post('/auth/login', {
    headers: { origin: engine },
    data: { email: people.agent, password: process.env.STORY_AGENT_PASSWORD },
  });
  expect(entered.ok()).toBe(true);
  await other.addInitScript(() => localStorage.setItem('al.session', String(Date.now() + 900_000)));
  await other.goto('/whatsapp');
  await expect(other.getByRole('searchbox')).toBeVisible();

  await carrier('plan', { words: ['sent', 'delivered', 'read'], every_ms: 50 });
  await writes(phone, name, 'שלום, Is the flat on Herzl 5 still free?');
  // The assistant may have answered already: then the row tells its words.
  for (const one of [page, other]) await expect(row(one, name)).toBeVisible();
  await row(other, name).click();
  await row(page, name).click();
  await expect(page.getByRole('log')).toContainText('still free?');
  await field(page).fill('כן, עדיין פנויה.');
  await field(page).press('Shift+Enter');
  await field(page).pressSequentially('See you at 10:00?');
  await field(page).press('Enter');
  await expect(field(page)).toHaveValue('');
  await expect(other.getByRole('log')).toContainText('See you at 10:00?');
  const sent = page.getByRole('log').getByRole('listitem').filter({ hasText: 'See you at 10:00?' });
  await expect(sent.locator('[data-status="read"]').first()).toBeVisible({ timeout: 15_000 });
  await axe(page);
  await page.screenshot({ path: 'e2e/out/whatsapp-chat.png' });

  // The same conversation in the card, where it is answered as well.
  await page.getByRole('link', { name }).last().click();
  await page.getByRole('group', { name: 'פעולות' }).first().getByRole('button', { name: 'וואטסאפ' }).click();
  await expect(page.getByRole('log')).toContainText('still free?');
  await axe(page);
  await page.screenshot({ path: 'e2e/out/whatsapp-card.png' });
  expect(said).toEqual([]);
  await second.close();
});

test('who never wrote gets a template and nothing else; a kept answer comes by its word', async ({
  page,
  enter,
}) => {
  await enter('manager', '/whatsapp/settings');
  await connected(page);
  await page.reload();
  await page.getByLabel('מילת קיצור').fill(`שעות${Date.now()}`);
  await page.getByLabel('התשובה').fill('פתוחים עד שש.');
  await page.getByRole('button', { name: 'הוספה', exact: true }).click();
  await expect(page.getByText('פתוחים עד שש.').first()).toBeVisible();
  await axe(page);
  await page.screenshot({ path: 'e2e/out/whatsapp-settings.png', fullPage: true });
  const [phone, name] = [number(), `אורי ${Date.now()}`];
  const answer = await page.request.post('/api/crm/customers', {
    headers: { origin: engine },
    data: { name, phones: [phone], emails: [] },
  });
  const { id } = (await answer.json()) as { id: number };
  await page.goto(`/customers/${id}?tab=whatsapp`);
  await page.getByRole('button', { name: 'שיחה חדשה' }).click();
  await expect(page.getByText(/רק תבנית מאושרת/)).toBeVisible();
  await expect(field(page)).toHaveCount(0);
  await writes(phone, name, 'היי');
  await expect(field(page)).toBeVisible();
  await field(page).fill('/שעות');
  await page.getByRole('listbox').getByRole('option').first().click();
  await expect(field(page)).toHaveValue('פתוחים עד שש.');
});
