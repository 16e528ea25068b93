import type { Locator, Page } from '@playwright/test';
import { expect, test } from './story';

/** What the list that a link leads to says that it has. */
async function rowsBehind(page: Page, link: Locator): Promise<number> {
  const href = await link.getAttribute('href');
  const list = await page.context().newPage();
  await list.goto(href ?? '');
  const told = list.getByRole('status').filter({ hasText: /^(אין שורות|שורה אחת|שתי שורות|\d+ שורות)$/ });
  await expect(told).toHaveCount(1);
  const text = await told.innerText();
  await list.close();
  return { 'אין שורות': 0, 'שורה אחת': 1, 'שתי שורות': 2 }[text] ?? Number.parseInt(text, 10);
}

/** Customers at some stages, tasks that are done, late and to be done. */
async function work(page: Page) {
  const say = async (path: string, data: unknown, method = 'post') => {
    const answer = await page.request.fetch(path, {
      method,
      data,
      headers: { origin: new URL(page.url()).origin },
    });
    expect(answer.ok(), await answer.text()).toBe(true);
    return (await answer.json()) as { id: number; version: number };
  };
  const stamp = Date.now() % 10_000_000;
  const stages = [[], ['contacted'], ['contacted', 'viewing'], ['qualified', 'lost']];
  for (const [index, way] of stages.entries()) {
    const phone = `+97252${String((stamp + index) % 10_000_000).padStart(7, '0')}`;
    const customer = await say('/api/crm/customers', { name: 'לקוח לספירה', phones: [phone] });
    for (const stage of way) await say(`/api/crm/customers/${customer.id}/stage`, { stage, reason: 'כך' });
    const late = {
      title: 'לחזור',
      channel: 'call',
      due_at: new Date(Date.now() - 60_000).toISOString(),
      remind_before: [],
    };
    const task = await say('/api/tasks', { ...late, customer_id: customer.id });
    if (index > 1) await say(`/api/tasks/${task.id}`, { version: task.version, status: 'done' }, 'patch');
  }
}

test('every figure is as many rows as its link shows', async ({ page, enter }) => {
  // A dozen lists, one after the other.
  test.setTimeout(120_000);
  await enter('manager', '/profile');
  await work(page);
  await page.goto('/stats');
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  const tiles = page.getByRole('list', { name: 'המספרים של התקופה' });
  let counted = 0;
  for (const name of [
    'שיחות נכנסות',
    'נענו',
    'לא נענו',
    'הודעות שהושארו',
    'לקוחות חדשים',
    'משימות שנוצרו',
    'משימות שבוצעו',
    'משימות באיחור',
  ]) {
    const tile = tiles.getByRole('link').filter({ has: page.getByText(name, { exact: true }) });
    const figure = Number((await tile.locator('[data-figure]').innerText()).replace(',', ''));
    expect(await rowsBehind(page, tile), name).toBe(figure);
    counted += figure;
  }
  expect(counted, 'there is something to count').toBeGreaterThan(0);
  const reached = page.locator('[data-figure^="reached."] a');
  for (const link of await reached.all())
    expect(await rowsBehind(page, link)).toBe(Number((await link.innerText()).replace(',', '')));
  const hour = page.getByRole('link', { name: /לא נענו מתוך/ }).first();
  if (await hour.count()) expect(await rowsBehind(page, hour)).toBe(Number(await hour.innerText()));
});

test('a day is chosen by keys, the table says the same, and the way back leads to the period', async ({
  page,
  enter,
}) => {
  await enter('manager', '/stats');
  const chart = page.getByRole('slider', { name: /^בחירת יום.*שיחות לפי ימים/ });
  const today = await chart.getAttribute('aria-valuetext');
  await chart.focus();
  // Time runs as the page is read, to the left: that way there is no day after today.
  await page.keyboard.press('ArrowLeft');
  await expect(chart).toHaveAttribute('aria-valuetext', today ?? '');
  await page.keyboard.press('ArrowRight');
  await expect(chart).not.toHaveAttribute('aria-valuetext', today ?? '');
  await page.getByRole('combobox', { name: 'תקופה' }).selectOption('week');
  await expect(page).toHaveURL(/from=\d{4}-\d{2}-\d{2}&to=\d{4}-\d{2}-\d{2}/);
  const address = page.url();
  const card = page.locator('section').filter({ hasText: 'שיחות לפי ימים' });
  await card.getByText('הצגה כטבלה').click();
  const rows = card.getByRole('row');
  expect(await rows.count()).toBeGreaterThan(1);
  await rows.last().getByRole('link').first().click();
  await expect(page).toHaveURL(/\/calls\?.*outcome=answered/);
  await page.goBack();
  await expect(page).toHaveURL(address);
});
