import { expect, people, test, watchConsole } from './story';

test('whoever opens a deep link logs in and is there', async ({ page, logIn }) => {
  await logIn('manager', '/calls?status=completed');
  await expect(page).toHaveURL(/\/calls\?status=completed$/);
  await expect(page.getByRole('heading', { name: 'שיחות', exact: true })).toBeVisible();
  await expect(page).toHaveTitle(/שיחות/);
});

test('a wrong password says so in Hebrew, and never whether the e-mail is known', async ({
  page,
  allowed,
}) => {
  allowed.push(/401/);
  await page.goto('/login');
  await page.getByLabel('דוא״ל').fill(people.manager);
  await page.getByLabel('סיסמה', { exact: true }).fill('not-the-password');
  await page.getByRole('button', { name: 'כניסה', exact: true }).click();
  await expect(page.getByRole('alert')).toHaveText('הדוא״ל או הסיסמה אינם נכונים.');
});

test('what is missing is said at its field, without asking the engine', async ({ page }) => {
  await page.goto('/login');
  await page.getByRole('button', { name: 'כניסה', exact: true }).click();
  await expect(page.getByLabel('דוא״ל')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('יש למלא את השדה.').first()).toBeVisible();
});

test('after logging out, the address of a page leads to the log-in and back', async ({ page, logIn }) => {
  await logIn('agent', '/calls');
  await page.getByRole('button', { name: 'תפריט המשתמש' }).click();
  await page.getByRole('menuitem', { name: 'יציאה' }).click();
  await expect(page).toHaveURL(/\/login$/);
  await page.goto('/calls');
  await expect(page).toHaveURL(/\/login\?next=/);
});

test('a session that is about to end is renewed once, although two tabs ask for much at once', async ({
  page,
  context,
  logIn,
}) => {
  await logIn('manager', '/calls');
  const second = await context.newPage();
  const found: string[] = [];
  watchConsole(second, found);
  let renewals = 0;
  context.on('request', (request) => {
    if (request.url().endsWith('/auth/refresh')) renewals += 1;
  });
  await page.evaluate(() => localStorage.setItem('al.session', String(Date.now() + 1000)));
  await Promise.all([page.goto('/people'), second.goto('/audit')]);
  await expect(page.getByRole('heading', { name: 'אנשים והזמנות' })).toBeVisible();
  await expect(second.getByRole('heading', { name: 'יומן ביקורת' })).toBeVisible();
  expect(renewals).toBe(1);
  expect(found).toEqual([]);
  await second.close();
});

test('logging out in one tab ends the other', async ({ page, context, logIn }) => {
  await logIn('manager', '/calls');
  const second = await context.newPage();
  await second.goto('/calls');
  await expect(second.getByRole('heading', { name: 'שיחות', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'תפריט המשתמש' }).click();
  await page.getByRole('menuitem', { name: 'יציאה' }).click();
  await expect(second).toHaveURL(/\/login/);
});

test('an invitation that is not valid says what to do', async ({ page, allowed }) => {
  allowed.push(/404|401|422/);
  await page.goto('/invite#no-such-invitation');
  await expect(page.getByRole('heading', { name: 'ההזמנה אינה בתוקף' })).toBeVisible();
});
