import { expect, fake, test } from './story';

test('a call is read, listened to, and its times are told', async ({ page, enter }) => {
  test.skip(!fake, 'needs a finished call');
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
  test.skip(!fake, 'the fake engine moves its call on when asked');
  await enter('manager', '/live');
  const words = page.getByRole('log', { name: 'מה נאמר' });
  await expect(words.getByText('עד שני מיליון וחצי', { exact: false })).toBeVisible();
  await expect(page.getByText('מתעדכן מיד')).toBeVisible();
  const before = await words.getByRole('listitem').count();
  await page.request.get('/api/fake/step');
  await page.request.get('/api/fake/step');
  await expect(words.getByRole('listitem')).toHaveCount(before + 1);
});
