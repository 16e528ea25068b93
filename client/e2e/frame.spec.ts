import { expect, test } from './story';

test('the palette leads to a page by the keyboard alone', async ({ page, enter }) => {
  await enter('manager', '/calls');
  await page.keyboard.press('Control+KeyK');
  await page.getByRole('combobox', { name: 'חיפוש ופעולות' }).fill('יומן');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/audit/);
});

test('shortcuts are places on the keyboard: a Hebrew layout opens the same things', async ({
  page,
  enter,
}) => {
  await enter('manager', '/calls');
  await expect(page.getByRole('heading', { name: 'שיחות', exact: true })).toBeVisible();
  // All in one step: the keys of a pair belong together, however slow the machine is between two steps.
  const press = (...keys: [code: string, key: string, shift?: boolean][]) =>
    page.evaluate((pressed) => {
      for (const [code, key, shiftKey = false] of pressed)
        document.body.dispatchEvent(
          new KeyboardEvent('keydown', { code, key, shiftKey, bubbles: true, cancelable: true }),
        );
    }, keys);
  await press(['Slash', '.', true]);
  await expect(page.getByRole('dialog', { name: 'קיצורי מקלדת' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('[data-modal]')).toHaveCount(0);
  await press(['KeyG', 'ע'], ['KeyL', 'ך']);
  await expect(page).toHaveURL(/\/live/);
});

test('the other language turns the page around and stays after a reload', async ({ page, enter }) => {
  await enter('agent', '/calls');
  await page.getByRole('button', { name: 'תפריט המשתמש' }).click();
  await page.getByRole('menuitemradio', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('dir', 'ltr');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Calls', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'User menu' }).click();
  await page.getByRole('menuitemradio', { name: 'עברית' }).click();
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
});

test('an address that is nowhere', async ({ page, enter }) => {
  await enter('agent', '/no/such/page');
  await expect(page.getByRole('heading', { name: 'הדף לא נמצא' })).toBeVisible();
  await page.getByRole('link', { name: 'לדף הראשי' }).click();
  await expect(page).toHaveURL(/\/(live|calls)/);
});

test('what a role may not see is neither in the menu nor behind its address', async ({ page, enter }) => {
  await enter('agent', '/calls');
  const menu = page.getByRole('navigation', { name: 'ניווט ראשי' });
  await expect(menu.getByRole('link', { name: 'שיחות', exact: true })).toBeVisible();
  await expect(menu.getByRole('link', { name: 'אנשים והזמנות' })).toHaveCount(0);
  await expect(menu.getByRole('link', { name: 'עסקים' })).toHaveCount(0);
  await page.goto('/people');
  await expect(page.getByRole('heading', { name: 'אין הרשאה לפעולה הזו.' })).toBeVisible();
});

test('without a connection the page says so, and says when it is back', async ({
  page,
  context,
  enter,
  allowed,
}) => {
  allowed.push(/ERR_INTERNET_DISCONNECTED|WebSocket/);
  await enter('agent', '/calls');
  await context.setOffline(true);
  await expect(page.getByText('אין חיבור. מה שמוצג הוא האחרון שהתקבל.')).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText('החיבור חזר.')).toBeVisible();
});

test('on a phone the menu is a drawer that closes when it has led somewhere', async ({ page, enter }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await enter('manager', '/calls');
  await page.getByRole('button', { name: 'פתיחת התפריט' }).click();
  const drawer = page.getByRole('dialog', { name: 'ניווט ראשי' });
  await drawer.getByRole('link', { name: 'הגדרות העסק' }).click();
  await expect(drawer).toHaveCount(0);
  await expect(page).toHaveURL(/\/settings/);
});
