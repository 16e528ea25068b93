import { expect, test, watchConsole } from './story';

test('an invitation is a link, and the link is a way in', async ({ page, browser, enter }) => {
  const email = `gil${Date.now() % 1_000_000}@example.com`;
  await enter('manager', '/people');
  await page.getByRole('button', { name: 'הזמנה' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('שם').fill('גיל רגב');
  await dialog.getByLabel('דוא״ל').fill(email);
  await dialog.getByRole('button', { name: 'יצירת קישור' }).click();
  const link = new URL(await dialog.getByLabel('קישור').inputValue());
  await page.keyboard.press('Escape');

  const elsewhere = await browser.newContext();
  const guest = await elsewhere.newPage();
  const found: string[] = [];
  watchConsole(guest, found);
  await guest.goto(`${new URL(page.url()).origin}${link.pathname}${link.hash}`);
  await expect(guest.getByRole('heading', { name: /הצטרפות אל/ })).toBeVisible();
  await expect(guest).not.toHaveURL(/#/);
  await guest.getByLabel('סיסמה חדשה', { exact: true }).fill('galil-blossom-77');
  await guest.getByRole('button', { name: 'הצטרפות' }).click();
  await expect(guest.getByRole('button', { name: 'תפריט המשתמש' })).toBeVisible();
  expect(found).toEqual([]);
  await elsewhere.close();

  await page.goto('/people');
  const row = page.getByRole('row').filter({ hasText: email });
  await expect(row).toBeVisible();
  await row.getByRole('button', { name: /פעולות נוספות/ }).click();
  await page.getByRole('menuitem', { name: 'השהיה' }).click();
  await expect(row.getByText('גישה מושהית')).toBeVisible();

  await row.getByRole('button', { name: /פעולות נוספות/ }).click();
  await page.getByRole('menuitem', { name: 'הסרה מהעסק' }).click();
  await expect(row).toHaveCount(0);
  await page.getByRole('status').getByRole('button', { name: 'ביטול הפעולה' }).last().click();
  await expect(row).toBeVisible();
});

test('one’s own rights are not taken away by mistake', async ({ page, enter }) => {
  await enter('manager', '/people');
  const own = page.getByRole('row').filter({ hasText: 'החשבון הזה' });
  await expect(own).toBeVisible();
  await expect(own.getByRole('button', { name: /פעולות נוספות/ })).toHaveCount(0);
});
