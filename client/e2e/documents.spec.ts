// Documents on the real engine: money from a quote to a credit note, and a paper that is not signed.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './story';

let made = 0;
/** A number that nobody has yet. */
const number = () => `053${1_000_000 + ((Date.now() + 7919 * made++) % 8_999_999)}`;

async function send(page: Page, method: 'POST' | 'PUT', path: string, data: object) {
  const answer = await page.request.fetch(path, {
    method,
    headers: { origin: new URL(page.url()).origin },
    data,
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as { id: number; version: number };
}

/** What papers say of the business: without a licence nobody may ask for a fee. */
async function settle(page: Page) {
  const { version } = (await (await page.request.get('/api/document-settings')).json()) as {
    version: number;
  };
  await send(page, 'PUT', '/api/document-settings', {
    legal_name: 'תיווך הגליל בע״מ',
    tax_id: '123456782',
    address: 'הגפן 4, כרמיאל',
    phone: '04-9876543',
    email: 'office@example.com',
    broker_license: '31234',
    vat_exempt: false,
    vat_rates: [],
    allocation_thresholds: [],
    version,
  });
}

const customer = (page: Page, name: string, phone: string) =>
  send(page, 'POST', '/api/crm/customers', { name, phones: [phone], emails: [] });

async function axe(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
}

test('a quote with its sums, and an invoice that is paid in part and taken back', async ({ page, enter }) => {
  test.setTimeout(120_000);
  await enter('manager', '/customers');
  await settle(page);
  const { id } = await customer(page, 'מיכל לוי', number());
  await page.goto(`/customers/${id}?tab=documents`);
  await page.getByRole('button', { name: 'מסמך חדש' }).click();
  await page.getByRole('menuitem', { name: 'הצעת מחיר' }).first().click();
  await page.getByRole('button', { name: 'הוספת שורה' }).click();
  const line = page.getByRole('listitem', { name: /שורה/ });
  await line.first().getByLabel('תיאור').fill('ליווי מכירה <b>=1+1</b>');
  await line.first().getByLabel('כמות').fill('1.5');
  await line.first().getByLabel('מחיר (₪)').fill('1,000.50');
  await page.getByRole('button', { name: 'הוספת שורה' }).click();
  await line.last().getByLabel('תיאור').fill('אגרה');
  await line.last().getByLabel('מחיר (₪)').fill('אלף');
  await expect(page.getByText('סכום בשקלים, כמו 1,250.50')).toBeVisible();
  await expect(page.getByRole('button', { name: 'שמירה' })).toBeDisabled();
  await line.last().getByLabel('מחיר (₪)').fill('100');
  await line.last().getByRole('checkbox').uncheck();
  const total = page.getByText('סך הכול').locator('xpath=following-sibling::dd[1]');
  await expect(total).toHaveText('₪1,870.89');
  await page.getByRole('button', { name: 'הפקה' }).click();
  await expect(page.getByText('הופק', { exact: true }).first()).toBeVisible();
  await expect(total).toHaveText('₪1,870.89');
  await expect(page.locator('canvas').first()).toBeVisible();
  await axe(page);
  await page.screenshot({ path: 'e2e/out/quote-issued.png', fullPage: true });

  await page.goto(`/customers/${id}?tab=documents`);
  await expect(page.getByRole('link', { name: /הצעת מחיר/ })).toBeVisible();
  await page.getByRole('button', { name: 'מסמך חדש' }).click();
  await page.getByRole('menuitem', { name: 'חשבון עסקה' }).click();
  await page.getByRole('button', { name: 'הוספת שורה' }).click();
  await line.first().getByLabel('תיאור').fill('דמי תיווך');
  await line.first().getByLabel('מחיר (₪)').fill('1000');
  await page.getByRole('button', { name: 'הפקה' }).click();
  await page.getByRole('button', { name: 'רישום תשלום' }).click();
  await page.getByRole('dialog').getByLabel('סכום (₪)').fill('180');
  await page.getByRole('dialog').getByRole('button', { name: 'שמירה' }).click();
  const open = page.getByText('נותר לתשלום').locator('xpath=following-sibling::dd[1]');
  await expect(open).toHaveText('₪1,000.00');
  await axe(page);
  await page.screenshot({ path: 'e2e/out/invoice-paid.png', fullPage: true });
  await page.getByRole('button', { name: 'זיכוי' }).click();
  await page.getByRole('dialog').getByLabel('סיבה').fill('העסקה בוטלה');
  await page.getByRole('dialog').getByRole('button', { name: 'זיכוי' }).click();
  await expect(page).not.toHaveURL(new RegExp(`${id}$`));
  await page.goto('/documents?tab=invoices&q=מיכל');
  await expect(page.getByRole('row')).toHaveCount(3);
  await expect(page.getByRole('row').filter({ hasText: 'זוכה' })).toHaveCount(1);
});

test('who does not sign says why, and whoever asked is told; a dead link says so', async ({
  page,
  enter,
  browser,
}) => {
  await enter('manager', '/customers');
  await settle(page);
  const { id } = await customer(page, 'גדעון רז', number());
  const quote = await send(page, 'POST', `/api/customers/${id}/quotes`, {
    lines: [{ description: 'ייעוץ', quantity: '1', unit_price: 50_000, vat: true }],
  });
  const { link } = (await send(page, 'POST', `/api/customers/${id}/signatures`, {
    document_id: quote.id,
    channel: 'link',
  })) as unknown as { link: string };
  const path = new URL(link).pathname + new URL(link).hash;
  const hand = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const signer = await hand.newPage();
  await signer.goto(path);
  await signer.getByRole('button', { name: 'לא לחתום' }).click();
  await signer.getByRole('dialog').getByLabel('סיבה').fill('המחיר גבוה');
  await signer.getByRole('dialog').getByRole('button', { name: 'לא לחתום' }).click();
  await expect(signer.getByText('הסירוב נמסר')).toBeVisible();
  await signer.reload();
  await expect(signer.getByText('הקישור כבר אינו פעיל')).toBeVisible();
  await signer.goto('/sign');
  await expect(signer.getByText('הקישור אינו תקין')).toBeVisible();
  await hand.close();
  await page.goto(`/documents/quotes/${quote.id}`);
  await expect(page.getByText('המחיר גבוה')).toBeVisible();
});
