// A file of customers, as a spreadsheet saves it: what each column is, what would come of it, written, told of, taken back.
import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './story';

const stamp = () => Date.now() % 1_000_000;
const phone = (n: number) => `052${String(1_000_000 + ((Date.now() + n * 7919) % 8_999_999))}`;

/** What people and programs put into cells, wanted or not. */
const formula = '=HYPERLINK("http://example.com";"x")';
const script = '<script>alert(1)</script><img src=x onerror=alert(1)>';
const turned = 'קומה \u202e3\u202c מתוך 5';

async function bring(page: Page, name: string, bytes: Buffer) {
  await page.getByLabel('גרירת קובץ לכאן, או בחירה מהמכשיר').setInputFiles({
    name,
    mimeType: 'text/csv',
    buffer: bytes,
  });
  await expect(page.getByRole('heading', { name: 'מה ייצא' })).toBeVisible();
}

test('a file is understood, mended, written, told of line by line, and taken back', async ({
  page,
  enter,
}) => {
  const word = `קליטה${stamp()}`;
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const long = 'א'.repeat(5000);
  const lines = [
    'שם פרטי,שם משפחה,נייד,דוא״ל,תגיות,הערות',
    `דנה,${word},${phone(1)},dana.${stamp()}@example.com,"חם, משקיע",${quoted(formula)}`,
    `${quoted(script)},${word},${phone(2)},,,${quoted(turned)}`,
    `${quoted(formula)},${word},${phone(3)},,,${quoted(script)}`,
    `רע,${word},12,,,לא מספר`,
    `${quoted('הפוך\u202e')},${word},${phone(4)},,,סימן נסתר`,
    `${long},${word},${phone(5)},,,שם ארוך`,
    `כפול,${word},${phone(1)},,,אותו מספר`,
    ',,,,,בלי שם',
  ];
  await enter('manager', '/customers');
  await page.getByRole('link', { name: 'ייבוא מקובץ' }).click();
  await bring(page, `${word}.csv`, Buffer.from(`\ufeff${lines.join('\r\n')}\r\n`));

  // What the heads say was read; the notes are kept as a detail, and each can be changed.
  const role = (column: string) => page.getByLabel(`מה יש בעמודה \u2068${column}\u2069`, { exact: true });
  await expect(role('שם פרטי')).toHaveValue('name');
  await expect(role('נייד')).toHaveValue('phones');
  await expect(role('הערות')).toHaveValue('detail');
  await role('נייד').selectOption('skip');
  await expect(page.getByText('ייווצרו 5 לקוחות')).toBeVisible();
  await role('נייד').selectOption('phones');
  await expect(page.getByText('ייווצרו 3 לקוחות')).toBeVisible();
  await expect(page.getByText('5 שורות לא ייקלטו')).toBeVisible();
  for (const why of [
    'זה אינו מספר טלפון תקין',
    'המספר או הכתובת חוזרים משורה קודמת',
    'אין כאן שם, טלפון או דוא״ל',
  ])
    await expect(page.getByText(why)).toBeVisible();
  await page.getByRole('button', { name: 'ייבוא 3 לקוחות' }).click();
  await expect(page.getByText('נוצרו 3 לקוחות')).toBeVisible();
  await expect(page.getByText('5 שורות לא נקלטו').first()).toBeVisible();

  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'הורדת השורות שלא נקלטו' }).click();
  const errors = await readFile(await (await coming).path(), 'utf8');
  expect(errors.startsWith('\ufeffשם פרטי,')).toBe(true);
  expect(errors).toContain('זה אינו מספר טלפון תקין');
  expect(errors.trim().split('\r\n')).toHaveLength(6);

  // Data stays data: in the list, in the card, in the export.
  await page.goto(`/customers?q=${word}`);
  await expect(page.getByRole('gridcell').getByRole('link')).toHaveCount(3);
  await expect(page.getByRole('link', { name: script })).toBeVisible();
  const out = page.waitForEvent('download');
  await page.getByRole('button', { name: 'ייצוא CSV' }).click();
  const exported = await readFile(await (await out).path(), 'utf8');
  expect(exported).toContain(`'=HYPERLINK`);
  expect(exported).not.toMatch(/(^|,|\n)"?=/);
  await page.getByRole('link', { name: script }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(script);
  await expect(page.getByText(turned)).toBeVisible();
  expect(await page.locator('main img').count()).toBe(0);

  // Whoever was worked with since stays.
  await page.getByLabel('הערה חדשה').first().fill('דיברנו');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('דיברנו')).toBeVisible();
  await page.goto('/customers/import');
  await page.getByRole('link', { name: `${word}.csv` }).click();
  await page.getByRole('button', { name: 'ביטול הייבוא' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'ביטול הייבוא' }).click();
  await expect(page.getByText('שני לקוחות נמחקו.')).toBeVisible();
  await expect(page.getByText('לקוח אחד נשאר, כי כבר עבדו איתו.')).toBeVisible();
  await page.goto(`/customers?q=${word}`);
  await expect(page.getByRole('gridcell').getByRole('link')).toHaveCount(1);
});

test('a file in the old Hebrew code page is read, and one that is no table is told', async ({
  page,
  enter,
}) => {
  await enter('manager', '/customers/import');
  // שם,טלפון and אבי, as Windows wrote them.
  const bytes = [0xf9, 0xed, 0x2c, 0xe8, 0xec, 0xf4, 0xe5, 0xef, 0x0a, 0xe0, 0xe1, 0xe9, 0x2c];
  await bring(page, 'old.csv', Buffer.from([...bytes, ...Buffer.from(`${phone(9)}\n`)]));
  await expect(page.getByText('ייווצר לקוח אחד')).toBeVisible();
  await expect(page.getByText('אבי', { exact: true })).toBeVisible();
});

test('an agent brings no file', async ({ page, enter }) => {
  await enter('agent', '/customers');
  await expect(page.getByRole('button', { name: 'לקוח חדש' }).first()).toBeVisible();
  await expect(page.getByRole('link', { name: 'ייבוא מקובץ' })).toHaveCount(0);
  await page.goto('/customers/import');
  await expect(page.getByText('אין הרשאה לפעולה הזו.')).toBeVisible();
});

for (const locale of ['he', 'en'] as const)
  for (const scheme of ['light', 'dark'] as const)
    test(`a file that waits and one that was written, ${locale}, ${scheme}: axe finds nothing`, async ({
      page,
      enter,
    }) => {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.addInitScript((to) => localStorage.setItem('al.locale', to), locale);
      await enter('manager', '/customers');
      const lines = [
        'שם,נייד,E-mail,תגיות,הערות',
        `דנה לוי,${phone(21)},,חם,${formula}`,
        `אבי כהן,12,,,דירת גן`,
        `,,not-an-address,,${'ארוך '.repeat(60)}`,
      ];
      const answer = await page.request.post('/api/imports?file=לקוחות מאקסל.csv', {
        headers: { origin: new URL(page.url()).origin, 'content-type': 'text/csv' },
        data: lines.join('\n'),
      });
      expect(answer.ok(), await answer.text()).toBe(true);
      const { id } = (await answer.json()) as { id: number };
      await page.goto(`/customers/import?file=${id}`);
      const look = async (name: string) => {
        await expect(page.getByRole('heading', { level: 2 }).nth(1)).toBeVisible();
        await expect(page.locator('ol > li')).toHaveCount(2);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map((one) => one.id)).toEqual([]);
        for (const [width, height] of [
          [1440, 900],
          [390, 844],
        ] as const) {
          await page.setViewportSize({ width, height });
          const over = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(over).toBeLessThanOrEqual(0);
          await page.screenshot({
            path: `e2e/out/${name}-${locale}-${scheme}-${width}.png`,
            fullPage: true,
          });
        }
      };
      await look('import-mapping');
      await page.getByRole('button', { name: /ייבוא לקוח אחד|Import one customer/ }).click();
      await expect(page.getByText(/נוצר לקוח אחד|One customer was made/)).toBeVisible();
      await look('import-report');
    });
