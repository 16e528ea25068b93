import { expect, ring, test } from './story';

test('a call is read, listened to, and its times are told', async ({ page, enter }) => {
  await enter('manager', '/calls?status=completed');
  await page.locator('[data-row-link]').first().click();
  await expect(page.getByRole('heading', { name: 'מה נאמר' })).toBeVisible();
  const player = page.getByRole('group', { name: 'הקלטת המתקשר' }).first();
  await expect(player.getByRole('button', { name: 'ניגון' })).toBeEnabled();
  await player.getByRole('button', { name: 'ניגון' }).click();
  await expect(player.getByRole('button', { name: 'השהיה' })).toBeVisible();
  await player.getByRole('button', { name: /מהירות/ }).click();
  await expect(player.getByRole('button', { name: 'מהירות: 1.25×' })).toBeVisible();
  await page.locator('summary').first().click();
  await expect(page.getByText('תמלול').first()).toBeVisible();
});

test('a running call grows before the eyes', async ({ page, enter }) => {
  test.setTimeout(240_000);
  await enter('manager', '/live');
  await expect(page.getByText('מתעדכן מיד')).toBeVisible();
  const call = ring({
    from: '+972521112233',
    say: ['שלום, אני מחפש דירה לקנייה בחיפה', 'שלושה חדרים'],
    pace: 0.5,
  });
  const words = page.getByRole('log', { name: 'מה נאמר' });
  // The caller's words are spoken before the phone rings, so that speaking never delays the call.
  await expect(words.getByText('הברכה מתנגנת', { exact: false })).toBeVisible({ timeout: 30_000 });
  const [first, second] = [words.getByRole('listitem').nth(0), words.getByRole('listitem').nth(1)];
  await expect(first.getByText('המתקשר')).toBeVisible({ timeout: 30_000 });
  await expect(first.locator('p[dir="auto"]').first(), 'what was said').toHaveText(/[א-ת]/, {
    timeout: 60_000,
  });
  await expect(first.getByText('המענה')).toBeVisible({ timeout: 60_000 });
  // A machine that was too slow with the first words has asked for a message instead.
  await expect(second.getByText(/המענה|הודעה/).first()).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('השיחה הסתיימה')).toBeVisible({ timeout: 60_000 });
  await expect(words.getByRole('listitem')).toHaveCount(2);
  await call;
});
