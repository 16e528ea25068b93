import { readFile } from 'node:fs/promises';
import { expect, ring, test } from './story';

test('sort, filter and view are in the address, and come back with it', async ({ page, enter }) => {
  await enter('manager', '/calls');
  const head = page.getByRole('columnheader', { name: 'משך' });
  await head.getByRole('button').click();
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  await page.getByLabel('מצב', { exact: true }).selectOption('completed');
  await expect(page).toHaveURL(/sort=-duration_s/);
  await expect(page).toHaveURL(/status=completed/);
  await page.getByRole('button', { name: 'תצוגה' }).click();
  await page.getByRole('checkbox', { name: 'תורות' }).uncheck();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('columnheader', { name: 'תורות' })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('columnheader', { name: 'משך' })).toHaveAttribute('aria-sort', 'descending');
  await expect(page.getByRole('columnheader', { name: 'תורות' })).toHaveCount(0);
  await expect(page.getByLabel('מצב', { exact: true })).toHaveValue('completed');
});

test('arrows walk the cells, the left one onward, and Enter opens the row', async ({ page, enter }) => {
  await enter('manager', '/calls');
  await page.getByRole('columnheader', { name: 'מתקשר' }).getByRole('button').focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('[data-cell="1:1"]')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('[data-cell="1:0"]')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/calls\/CA/);
});

test('a filter without results offers to be cleared', async ({ page, enter }) => {
  await enter('manager', '/calls');
  await page.getByRole('searchbox', { name: 'חיפוש ברשימה' }).fill('אין דבר כזה בשום שיחה');
  await expect(page.getByRole('heading', { name: 'אין תוצאות לסינון הזה' })).toBeVisible();
  await page.getByRole('button', { name: 'ניקוי הסינון' }).first().click();
  await expect(page.getByRole('gridcell').first()).toBeVisible();
  await expect(page.getByRole('searchbox', { name: 'חיפוש ברשימה' })).toHaveValue('');
});

test('an export is a file that a spreadsheet reads as Hebrew', async ({ page, enter }) => {
  await enter('manager', '/people');
  await expect(page.getByRole('gridcell').first()).toBeVisible();
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'ייצוא CSV' }).click();
  const text = await readFile(await (await waiting).path(), 'utf8');
  expect(text.startsWith('\ufeffשם,דוא״ל,')).toBe(true);
  expect(text).toContain('\r\n');
});

test('the log says what was done in words, not in the engine’s codes', async ({
  page,
  enter,
  invitation,
}) => {
  await invitation();
  await enter('manager', '/audit?limit=100');
  const actions = page.locator('[data-row-link]');
  await expect(actions.first()).toBeVisible();
  expect((await actions.allInnerTexts()).filter((text) => /^[a-z_.]+$/.test(text))).toEqual([]);
  await page.getByLabel('פעולה', { exact: true }).selectOption({ label: 'הזמנות' });
  await expect(page).toHaveURL(/action=invitation/);
  await expect(actions.first()).toHaveText('הזמנה נשלחה');
});

test('of a hundred rows only those in sight are in the page, down to the last', async ({ page, enter }) => {
  // Ten at a time: a business has twenty at most.
  for (let tens = 10; tens < 20; tens += 1)
    await Promise.all(
      Array.from({ length: 10 }, (_, one) => ring({ from: `+972501234${tens}${one}`, say: [], pace: 0 })),
    );
  await enter('manager', '/calls?limit=100');
  await expect(page.getByRole('gridcell').first()).toBeVisible();
  expect(await page.getByRole('row').count()).toBeLessThan(60);
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await expect(page.locator('[aria-rowindex="101"]')).toBeVisible();

  await page.goto('/calls?limit=50');
  const first = page.locator('[aria-rowindex="2"]');
  await expect(first).toBeVisible();
  await page.getByRole('button', { name: 'העמוד הבא' }).click();
  await expect(page).toHaveURL(/page=2/);
  await expect(first, 'the next page is read from its first row on').toBeInViewport();
});
