// Documents on the real engine: from a call to a signed order on a phone, and money from a quote to a credit note.
import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, ring, test, watchConsole } from './story';

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

/** The newest code that came to a phone. */
async function code(phone: string): Promise<string> {
  const to = `+972${phone.slice(1)}`;
  let text = '';
  await expect
    .poll(async () => {
      const answer = await fetch(`${process.env.CARRIER}/simulator/messages?to=${encodeURIComponent(to)}`);
      text = await answer.text();
      return /"\d{6} /.test(text);
    })
    .toBe(true);
  return [...text.matchAll(/"(\d{6}) /g)].at(-1)?.[1] ?? '';
}

async function axe(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
}

test('from a call to an order that is pre-filled, sent, signed on a phone in six taps at most, and found valid', async ({
  page,
  enter,
  browser,
}) => {
  test.setTimeout(180_000);
  const phone = number();
  await ring({
    from: `+972${phone.slice(1)}`,
    say: ['שלום, אני מחפש דירה לקנייה בחיפה', 'שלושה חדרים, עד שני מיליון שקל'],
    pace: 0.1,
  });
  await enter('manager', '/customers');
  await settle(page);
  await page.getByRole('searchbox').fill(phone.slice(3));
  const shown = `${phone.slice(0, 3)}-${phone.slice(3, 6)}-${phone.slice(6)}`;
  const row = page.getByRole('row').filter({ hasText: shown });
  await expect(row).toHaveCount(1, { timeout: 30_000 });
  await row.locator('[data-row-link]').click();
  await page.getByRole('group', { name: 'פעולות' }).getByRole('button', { name: 'מסמך' }).click();
  await page.getByRole('menuitem', { name: 'הזמנת שירותי תיווך', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('הזמנת שירותי תיווך');

  // What is known is written in; what the law still wants is marked, group by group.
  await expect(page.getByLabel('מספר רישיון תיווך')).toHaveValue('31234');
  await expect(page.getByRole('group', { name: /2. סוג העסקה/ })).toBeVisible();
  const fill = async (label: string, value: string) => {
    const field = page.getByLabel(label, { exact: true });
    await field.fill(value);
  };
  await fill('שם המתווך', 'יעל כהן');
  await fill('ת״ז של המתווך', '123456782');
  await fill('כתובת המתווך', 'הגפן 4, כרמיאל');
  await fill('שם הלקוח', 'אורי בן־דוד');
  await fill('ת״ז של הלקוח', '000000018');
  await fill('כתובת הלקוח', 'הרצל 5, חיפה');
  await page.getByLabel('סוג העסקה').selectOption('buy');
  await fill('תיאור הנכס', 'דירת 3 חדרים ברחוב מוריה 12, חיפה');
  await fill('מחיר (₪)', '2,000,000');
  await page.getByLabel('איך נקבעים דמי התיווך').selectOption('percent');
  await fill('דמי התיווך (%)', '2');
  await page.getByLabel('מע״מ על דמי התיווך').selectOption('excluded');
  await page.getByRole('button', { name: 'שמירה' }).click();
  await expect(page.getByText('הכול מולא.')).toBeVisible();
  await axe(page);
  await page.screenshot({ path: 'e2e/out/order-draft.png', fullPage: true });

  await page.getByRole('button', { name: 'שליחה לחתימה' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'יצירת קישור' }).click();
  const told = page.getByRole('textbox', { name: 'קישור לחתימה' });
  await expect(told).toBeVisible();
  const link = await told.inputValue();
  await page.getByRole('dialog').getByRole('button', { name: 'סגירה' }).last().click();
  await expect(page.getByText('נשלח לחתימה').first()).toBeVisible();

  const hand = await browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const signer = await hand.newPage();
  const said: string[] = [];
  watchConsole(signer, said);
  let taps = 0;
  const tap = async (name: RegExp) => {
    taps += 1;
    await signer.getByRole('button', { name }).tap();
  };
  await signer.goto(new URL(link).pathname + new URL(link).hash);
  await expect(signer.locator('canvas').first()).toBeVisible();
  await expect(signer.getByText(/מבקשים חתימה על המסמך/)).toBeVisible();
  await axe(signer);
  await signer.screenshot({ path: 'e2e/out/sign-read.png' });
  await tap(/שליחת קוד/);
  await expect(signer.getByLabel('הקוד שהתקבל')).toBeFocused();
  await signer.keyboard.type(await code(phone));
  const pad = signer.locator('canvas');
  await expect(pad).toBeVisible();
  const box = await pad.boundingBox();
  if (!box) throw new Error('there is no place to sign');
  taps += 1;
  await signer.mouse.move(box.x + 40, box.y + box.height / 2);
  await signer.mouse.down();
  for (const [x, y] of [
    [90, 20],
    [140, 90],
    [190, 30],
    [240, 80],
    [280, 50],
  ] as const)
    await signer.mouse.move(box.x + x, box.y + y, { steps: 4 });
  await signer.mouse.up();
  taps += 1;
  await signer.getByRole('checkbox').tap();
  await axe(signer);
  await signer.screenshot({ path: 'e2e/out/sign-sign.png' });
  await tap(/חתימה על המסמך/);
  await expect(signer.getByRole('heading', { name: 'המסמך נחתם' })).toBeVisible({ timeout: 30_000 });
  expect(taps).toBeLessThanOrEqual(6);
  await expect(signer.locator('canvas').nth(2)).toBeVisible();
  await signer.screenshot({ path: 'e2e/out/sign-done.png' });
  const coming = signer.waitForEvent('download');
  await signer.getByRole('button', { name: 'הורדת העותק החתום' }).click();
  const paper = await readFile(await (await coming).path());

  // The same file is valid; one byte of it turned, and it is not.
  await signer.getByRole('link', { name: 'בדיקת מסמך חתום' }).click();
  const drop = (buffer: Buffer) =>
    signer.locator('input[type=file]').setInputFiles({ name: 'a.pdf', mimeType: 'application/pdf', buffer });
  await drop(paper);
  await expect(signer.getByRole('heading', { name: 'המסמך תקין' })).toBeVisible();
  await axe(signer);
  await signer.screenshot({ path: 'e2e/out/verify-valid.png' });
  const turned = Buffer.from(paper);
  turned.writeUInt8(turned.readUInt8(turned.length - 200) ^ 1, turned.length - 200);
  await drop(turned);
  await expect(signer.getByRole('heading', { name: /המסמך (השתנה|אינו מוכר)/ })).toBeVisible();
  await signer.screenshot({ path: 'e2e/out/verify-altered.png' });
  expect(said).toEqual([]);
  await hand.close();

  // Whoever sent it sees it at once, with what happened on record; the customer's timeline tells of it.
  await expect(page.getByText('נחתם').first()).toBeVisible({ timeout: 15_000 });
  await page.getByText(/אירועים בתיעוד/).click();
  await expect(page.getByText('הקוד אומת')).toBeVisible();
  await axe(page);
  await page.screenshot({ path: 'e2e/out/order-signed.png', fullPage: true });
  await page
    .getByRole('link', { name: /אורי|ללא שם|\d{3}-/ })
    .first()
    .click();
  await page.getByRole('navigation', { name: 'חלקי הכרטיס' }).getByRole('link', { name: 'ציר הזמן' }).click();
  await expect(page.locator('[data-kind="document"]').first()).toBeVisible();
  await expect(page.locator('[data-kind="call"]').first()).toBeVisible();
  await page.screenshot({ path: 'e2e/out/order-timeline.png', fullPage: true });
});

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

test('a template is written beside its paper, changed version by version, and a document begins from it', async ({
  page,
  enter,
}) => {
  test.setTimeout(90_000);
  await enter('manager', '/documents/templates');
  const name = `הסכם שיווק ${Date.now()}`;
  await expect(page.getByRole('row').filter({ hasText: 'מובנית' })).toHaveCount(4);
  await page.getByRole('link', { name: 'תבנית חדשה' }).click();
  await page.getByLabel('שם התבנית').fill(name);
  await page.getByLabel('כותרת').fill('הסכם שיווק נכס');
  const body = page.getByRole('textbox', { name: 'הנוסח' });
  await body.fill('# הצדדים\nנערך עם ');
  await page.getByRole('button', { name: 'הוספת שדה' }).click();
  await page.getByRole('menuitem', { name: 'שם הלקוח' }).click();
  await expect(body).toHaveValue('# הצדדים\nנערך עם {client_name}');
  await expect(body).toBeFocused();
  const preview = page.getByRole('region', { name: 'תצוגה מקדימה' });
  await expect(preview).toContainText('__________', { timeout: 15_000 });
  await page.getByRole('button', { name: 'שמירה' }).click();
  await expect(page.getByText('התבנית נשמרה כגרסה 1.')).toBeVisible();
  await body.fill('נוסח אחר');
  await page.getByRole('button', { name: 'שמירה' }).click();
  await expect(page.getByText('התבנית נשמרה כגרסה 2.')).toBeVisible();
  await expect(preview).toContainText('אחר', { timeout: 15_000 });
  await page.getByRole('button', { name: 'לקיחת הנוסח' }).click();
  await expect(body).toHaveValue(/client_name/);
  await page.getByRole('button', { name: 'שמירה' }).click();
  await expect(page.getByText('התבנית נשמרה כגרסה 3.')).toBeVisible();
  await axe(page);
  await page.screenshot({ path: 'e2e/out/template.png', fullPage: true });
  const { id } = await customer(page, 'נעמה בר', number());
  await page.goto(`/customers/${id}?tab=documents`);
  await page.getByRole('button', { name: 'מסמך חדש' }).click();
  await page.getByRole('menuitem', { name }).click();
  await expect(page.getByRole('textbox', { name: 'הנוסח' })).toHaveValue(/client_name/);
});
