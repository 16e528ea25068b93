import { expect, test } from './story';

test('a business is made, changed, stopped and started, deleted and brought back', async ({
  page,
  enter,
}) => {
  const name = `פרחי הגליל ${Date.now() % 100_000}`;
  await enter('admin', '/businesses');
  await page.getByRole('button', { name: 'עסק חדש' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('שם העסק').fill(name);
  await dialog.getByRole('button', { name: 'עסק חדש' }).click();
  await expect(dialog).toHaveCount(0);

  await page.getByRole('searchbox').fill(name);
  const row = page.getByRole('row').filter({ hasText: name });
  await expect(row).toBeVisible();
  await row.getByRole('button', { name, exact: true }).click();
  await page.getByRole('dialog').getByRole('switch', { name: 'חשבוניות' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'שמירה' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);

  const menu = () => row.getByRole('button', { name: /פעולות נוספות/ }).click();
  await menu();
  await page.getByRole('menuitem', { name: 'השבתה' }).click();
  await expect(row.getByText('מושבת')).toBeVisible();
  await menu();
  await page.getByRole('menuitem', { name: 'הפעלה מחדש' }).click();
  await expect(row.getByText('פעיל', { exact: true })).toBeVisible();

  await menu();
  await page.getByRole('menuitem', { name: 'מחיקה' }).click();
  await expect(row).toHaveCount(0);
  await page.getByRole('status').getByRole('button', { name: 'ביטול הפעולה' }).last().click();
  await expect(row).toBeVisible();
});

test('a name that is taken is said at its field', async ({ page, enter, allowed }) => {
  allowed.push(/409/);
  await enter('admin', '/businesses');
  const taken = await page.getByRole('gridcell').first().innerText();
  await page.getByRole('button', { name: 'עסק חדש' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('שם העסק').fill(taken);
  await dialog.getByRole('button', { name: 'עסק חדש' }).click();
  await expect(dialog.getByText('כבר יש עסק בשם הזה.')).toBeVisible();
});

test('a feature that is switched off leaves the menu and explains itself behind its address', async ({
  page,
  enter,
}) => {
  const name = `ללא שיחות ${Date.now() % 100_000}`;
  await enter('admin', '/businesses');
  await page.getByRole('button', { name: 'עסק חדש' }).click();
  await page.getByRole('dialog').getByLabel('שם העסק').fill(name);
  await page.getByRole('dialog').getByRole('button', { name: 'עסק חדש' }).click();
  await page.getByRole('searchbox').fill(name);
  const row = page.getByRole('row').filter({ hasText: name });
  await row.getByRole('button', { name, exact: true }).click();
  const calls = page.getByRole('dialog').getByRole('switch', { name: 'שיחות' });
  if ((await calls.getAttribute('aria-checked')) === 'true') await calls.click();
  await page.getByRole('dialog').getByRole('button', { name: 'שמירה' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await row.getByRole('button', { name: /פעולות נוספות/ }).click();
  await page.getByRole('menuitem', { name: 'כניסה לעסק' }).click();
  const menu = page.getByRole('navigation', { name: 'ניווט ראשי' });
  await expect(menu.getByRole('link', { name: 'הגדרות העסק' })).toBeVisible();
  await expect(menu.getByRole('link', { name: 'שיחות', exact: true })).toHaveCount(0);
  await page.goto('/calls');
  await expect(page.getByRole('heading', { name: 'היכולת הזו אינה פעילה' })).toBeVisible();
});
