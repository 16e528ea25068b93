import { expect, test } from './story';

test('a script is checked while it is written, and can’t be saved while it is broken', async ({
  page,
  enter,
}) => {
  await enter('manager', '/settings?section=script');
  const source = page.getByRole('textbox', { name: 'מקור התסריט' });
  const whole = await source.inputValue();
  await expect(page.getByText('התסריט תקין.')).toBeVisible();
  await source.fill(`${whole}\nthis is no script\n`);
  await expect(page.getByText('נמצאה בעיה אחת')).toBeVisible();
  await expect(page.getByRole('button', { name: 'שמירה' })).toBeDisabled();
  await page.getByRole('button', { name: /^שורה/ }).click();
  await expect(source).toBeFocused();
  await source.fill(`${whole}# הערה\n`);
  await expect(page.getByText('התסריט תקין.')).toBeVisible();
  await page.getByRole('button', { name: 'שמירה' }).click();
  await expect(page.getByText('התסריט נשמר וכבר בתוקף לשיחה הבאה.')).toBeVisible();
});

test('a number is added in the way people write it, and taken away with an undo', async ({ page, enter }) => {
  await enter('manager', '/settings?section=numbers');
  const typed = `03-9${String(Date.now() % 1_000_000).padStart(6, '0')}`;
  await page.getByLabel('הוספת מספר').fill(typed);
  await page.getByRole('button', { name: 'הוספה' }).click();
  const shown = `${typed.slice(0, 6)}-${typed.slice(6)}`;
  const row = page.getByRole('listitem').filter({ hasText: shown });
  await expect(row).toBeVisible();
  await row.getByRole('button').click();
  await expect(row).toHaveCount(0);
  await page.getByRole('status').getByRole('button', { name: 'ביטול הפעולה' }).last().click();
  await expect(row).toBeVisible();
});

test('hours are typed in any way and kept in one', async ({ page, enter }) => {
  await enter('manager', '/settings?section=hours');
  const ofScript = page.getByRole('switch', { name: 'השעות שבתסריט' });
  if ((await ofScript.getAttribute('aria-checked')) === 'true') await ofScript.click();
  const closes = page.getByLabel(/^סגירה, .?שני/).first();
  const to = (await closes.inputValue()) === '19:30' ? ['1930', '18:45', '1845'] : ['18:45', '19:30', '1930'];
  await closes.fill(to[2] ?? '');
  await closes.blur();
  await expect(closes).toHaveValue(to[1] ?? '');
  await page.getByRole('button', { name: 'שמירה' }).click();
  await expect(page.getByText('נשמר', { exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByLabel(/^סגירה, .?שני/).first()).toHaveValue(to[1] ?? '');
});

test('what documents say of the business is kept, and a day holds one rate', async ({ page, enter }) => {
  await enter('manager', '/settings?section=documents');
  const name = page.getByLabel('השם הרשום');
  await expect(name).toBeVisible();
  const other = (await name.inputValue()).endsWith('בע״מ') ? 'תיווך הגליל' : 'תיווך הגליל בע״מ';
  await name.fill(other);
  await page.getByRole('button', { name: 'הוספת שיעור' }).click();
  await page.getByLabel('אחוז').last().fill('180');
  await expect(page.getByText('אחוז כמו 18 או 17.5')).toBeVisible();
  await expect(page.getByRole('button', { name: 'שמירה' })).toBeDisabled();
  await page.getByRole('button', { name: 'לפי החוק' }).first().click();
  await page.getByRole('button', { name: 'שמירה' }).click();
  await expect(page.getByText('נשמר', { exact: true })).toBeVisible();
  await page.reload();
  await expect(name).toHaveValue(other);
  await expect(page.getByLabel('אחוז').last()).toHaveValue('18');
});

test('an agent looks and changes nothing', async ({ page, enter }) => {
  await enter('agent', '/settings');
  await expect(page.getByText('אפשר לצפות בהגדרות; השינוי שמור לתפקיד ניהול.')).toBeVisible();
  await expect(page.getByLabel('שם העסק')).toBeDisabled();
  await expect(page.getByRole('button', { name: 'שמירה' })).toHaveCount(0);
});
