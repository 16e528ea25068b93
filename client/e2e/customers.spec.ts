// Customers on the real engine: made, found, moved, noted, and seen at once by whoever looks at the same card.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test, watchConsole } from './story';

let made = 0;
/** A number that nobody has yet. */
const number = () => `050${1_000_000 + ((Date.now() + 7919 * made++) % 8_999_999)}`;

async function make(page: Page, more: Record<string, unknown> & { name: string }) {
  const answer = await page.request.post('/api/crm/customers', {
    headers: { origin: new URL(page.url()).origin },
    data: { phones: [number()], emails: [], ...more },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as { id: number; name: string; phone: string; version: number };
}

const bar = (page: Page) => page.getByRole('group', { name: 'פעולות', exact: true });
const tab = (page: Page, name: RegExp) =>
  page.getByRole('navigation', { name: 'חלקי הכרטיס' }).getByRole('link', { name });

test('a customer is made, a second time warned of, and found by part of the number', async ({
  page,
  enter,
}) => {
  await enter('agent', '/customers');
  const phone = number();
  const name = `רחל ${phone.slice(-4)}`;
  await page.getByRole('button', { name: 'לקוח חדש' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'לקוח חדש' });
  await dialog.getByLabel('שם').fill(name);
  await dialog.getByLabel('טלפון').fill(phone);
  await dialog.getByLabel('תגיות').fill('משקיע');
  await dialog.getByRole('button', { name: 'שמירה' }).click();
  await expect(page).toHaveURL(/\/customers\/\d+/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name);

  await page.getByRole('link', { name: 'לקוחות', exact: true }).last().click();
  await page.getByRole('button', { name: 'לקוח חדש' }).first().click();
  await dialog.getByLabel('טלפון').fill(`+972-${phone.slice(1, 3)}-${phone.slice(3)}`);
  await expect(dialog.getByRole('status')).toContainText(name);
  await expect(dialog.getByText('אותו טלפון')).toBeVisible();
  await page.keyboard.press('Escape');

  await page.getByRole('searchbox').fill(phone.slice(3));
  await expect(page.getByRole('gridcell', { name, exact: true })).toBeVisible();
  await page.getByRole('gridcell', { name, exact: true }).getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
});

test('the card by the keyboard of a Hebrew layout: a note, a task, a new name; all of it in the timeline', async ({
  page,
  enter,
}) => {
  await enter('agent', '/customers');
  const { id } = await make(page, { name: 'אבי מזרחי' });
  await page.goto(`/customers/${id}`);
  await expect(bar(page)).toBeVisible();
  const press = (code: string, key: string) =>
    page.evaluate(
      ([c, k]) =>
        document.body.dispatchEvent(
          new KeyboardEvent('keydown', { code: c, key: k, bubbles: true, cancelable: true }),
        ),
      [code, key] as const,
    );
  await press('KeyN', 'מ');
  await page.getByLabel('הערה חדשה').fill('מחפש קומה ראשונה בלבד');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('מחפש קומה ראשונה בלבד')).toBeVisible();
  await page.getByLabel('הערה חדשה').blur();

  await press('KeyA', 'ש');
  await page.getByLabel('משימה במילים').fill('לשלוח לאבי דירות מחר ב-10');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await tab(page, /^משימות/).click();
  await expect(page.getByRole('button', { name: /לשלוח לאבי דירות/ }).first()).toBeVisible();

  await press('KeyE', 'ק');
  await page.getByRole('textbox', { name: 'שם', exact: true }).fill('אבי מזרחי-לוי');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('אבי מזרחי-לוי');

  await page.getByRole('button', { name: 'ביקור בנכס' }).click();
  await page.getByRole('button', { name: 'ירד מהפרק' }).click();
  await page.getByRole('textbox', { name: 'סיבה' }).fill('קנו במקום אחר');
  await page.getByRole('dialog').getByRole('button', { name: 'שמירה' }).click();
  await tab(page, /^ציר הזמן/).click();
  const timeline = page.getByRole('region', { name: 'ציר הזמן' });
  for (const text of ['קנו במקום אחר', 'ביקור בנכס', 'לשלוח לאבי דירות', 'מחפש קומה ראשונה', 'הלקוח נוסף'])
    await expect(timeline.getByText(text).first()).toBeVisible();
  await timeline.getByRole('button', { name: 'הערות' }).click();
  await expect(timeline.getByRole('listitem')).toHaveCount(1);
});

test('what somebody else changes is in the open card at once', async ({ page, enter }) => {
  await enter('manager', '/customers');
  const { id, version } = await make(page, { name: 'נועה פרץ' });
  const found: string[] = [];
  const other = await page.context().newPage();
  watchConsole(other, found);
  await other.goto(`/customers/${id}?tab=timeline`);
  await expect(other.getByText('הלקוח נוסף')).toBeVisible();
  const headers = { origin: new URL(page.url()).origin };
  await page.request.patch(`/api/crm/customers/${id}`, {
    headers,
    data: { version, name: 'נועה פרץ-גל' },
  });
  await expect(other.getByRole('heading', { level: 1 })).toContainText('נועה פרץ-גל');
  await page.request.post(`/api/customers/${id}/notes`, { headers, data: { text: 'גמישה בתאריך' } });
  await expect(other.getByText('גמישה בתאריך')).toBeVisible();
  await other.close();
  expect(found).toEqual([]);
});

test('two change the same thing: both are shown, and one is chosen', async ({ page, enter, allowed }) => {
  allowed.push(/409/);
  await enter('manager', '/customers');
  const { id } = await make(page, { name: 'יעל שחר' });
  // Without news: the card does not know of the other change.
  await page.routeWebSocket('**/ws', () => undefined);
  await page.goto(`/customers/${id}`);
  await page.getByRole('button', { name: 'יעל שחר' }).click();
  const field = page.getByRole('textbox', { name: 'שם', exact: true });
  await field.fill('יעל שחר-לוי');
  await page.request.patch(`/api/crm/customers/${id}`, {
    headers: { origin: new URL(page.url()).origin },
    data: { name: 'יעל ברק' },
  });
  await field.press('Enter');
  const dialog = page.getByRole('dialog', { name: /שני שינויים בבת אחת/ });
  await expect(dialog).toContainText('יעל ברק');
  await dialog.getByRole('button', { name: 'לשמור את שלי' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('יעל שחר-לוי');
});

test('many are tagged at once, and it is taken back', async ({ page, enter }) => {
  await enter('manager', '/customers');
  const word = `קבוצה ${Date.now() % 100_000}`;
  for (const name of ['אחת', 'שתיים']) await make(page, { name: `${word} ${name}` });
  await page.goto(`/customers?q=${encodeURIComponent(word)}`);
  await page.getByRole('checkbox', { name: 'בחירת כל השורות בעמוד' }).check();
  const bulk = page.getByRole('region', { name: 'נבחרו שני לקוחות' });
  await bulk.getByRole('button', { name: 'הוספת תגית' }).click();
  await page.getByRole('dialog').getByLabel('תגית').fill('דחוף');
  await page.getByRole('dialog').getByRole('button', { name: 'הוספה' }).click();
  const tags = page.getByRole('gridcell').getByRole('button', { name: 'דחוף' });
  await expect(tags).toHaveCount(2);
  await page.getByRole('button', { name: 'ביטול הפעולה' }).click();
  await expect(tags).toHaveCount(0);
});

test('two cards are made one, taken apart from the toast, made one again and taken apart from the timeline', async ({
  page,
  enter,
}) => {
  await enter('manager', '/customers');
  const word = `כפולה ${Date.now() % 100_000}`;
  const first = await make(page, { name: `${word} א` });
  await make(page, { name: `${word} ב` });
  const list = `/customers?q=${encodeURIComponent(word)}`;
  const rows = page.getByRole('gridcell').getByRole('link', { name: word });
  const merge = async () => {
    await page.goto(list);
    await expect(rows).toHaveCount(2);
    await page.getByRole('checkbox', { name: 'בחירת כל השורות בעמוד' }).check();
    await page.getByRole('button', { name: 'איחוד', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'איחוד', exact: true }).click();
    await expect(rows).toHaveCount(1);
  };
  await merge();
  await page.getByRole('button', { name: 'ביטול הפעולה' }).click();
  await expect(rows).toHaveCount(2);

  await merge();
  await page.goto(`/customers/${first.id}?tab=timeline`);
  const apart = page.getByRole('button', { name: 'הפרדה בחזרה' });
  // The first merge was undone: only the second is offered.
  await expect(apart).toHaveCount(1);
  await apart.click();
  await expect(page.getByText('האיחוד בוטל, והכרטיסים הופרדו')).toHaveCount(2);
  await expect(apart).toHaveCount(0);
  await page.goto(list);
  await expect(rows).toHaveCount(2);
});

test('a manager erases a customer for good, having written who it is', async ({ page, enter, allowed }) => {
  // The card that is left asks once more for who is gone.
  allowed.push(/404/);
  await enter('manager', '/customers');
  const { id, name, phone } = await make(page, { name: `יעל הנמחקת ${number().slice(-4)}` });
  await page.goto(`/customers/${id}`);
  await bar(page).getByRole('button', { name: 'פעולות נוספות' }).click();
  await page.getByRole('menuitem', { name: 'מחיקה לצמיתות…' }).click();
  const dialog = page.getByRole('dialog', { name: /לצמיתות/ });
  const now = dialog.getByRole('button', { name: 'מחיקה לצמיתות' });
  await expect(now).toBeDisabled();
  await dialog.getByRole('textbox').fill(name);
  await now.click();
  await expect(page.getByText('כל המידע על הלקוח נמחק.')).toBeVisible();
  await expect(page).toHaveURL(/\/customers$/);
  await page.getByRole('searchbox').fill(phone.slice(-7));
  await expect(page.getByText(name)).toHaveCount(0);
  await page.goto(`/customers/${id}`);
  await expect(page.getByText(name)).toHaveCount(0);
});

test('a view is an address with a name', async ({ page, enter }) => {
  await enter('manager', '/customers?stage=viewing&sort=name');
  const name = `ביקורים ${Date.now() % 100_000}`;
  await page.getByRole('button', { name: 'תצוגות שמורות' }).click();
  await page.getByLabel('שמירת התצוגה הנוכחית').fill(name);
  await page.getByRole('button', { name: 'שמירה' }).click();
  await expect(page.getByText(`התצוגה ״\u2068${name}\u2069״ נשמרה.`)).toBeVisible();
  await page.goto('/customers');
  await page.getByRole('button', { name: 'תצוגות שמורות' }).click();
  await page.getByRole('button', { name, exact: true }).click();
  await expect(page).toHaveURL(/stage=viewing/);
  await page.getByRole('button', { name, exact: true }).click();
  await page.getByRole('button', { name: `מחיקת התצוגה ״\u2068${name}\u2069״` }).click();
  await expect(page.getByText(`התצוגה ״\u2068${name}\u2069״ נמחקה.`)).toBeVisible();
});

test('whoever has called has a card, in which a word plays', async ({ page, enter }) => {
  await enter('manager', '/calls?status=completed');
  await page.locator('[data-row-link]').first().click();
  await page.getByRole('heading', { level: 1 }).getByRole('link').click();
  await expect(page).toHaveURL(/\/customers\/\d+/);
  await tab(page, /^שיחות/).click();
  const word = page.locator('[data-at]').nth(1);
  await word.click();
  await expect(page.getByRole('button', { name: 'השהיה' })).toBeVisible();
  const place = page.getByRole('group', { name: 'הקלטת המתקשר' }).first().getByRole('slider');
  expect(Number(await place.inputValue())).toBeGreaterThan(0);
});

test('the palette leads to a customer', async ({ page, enter }) => {
  await enter('agent', '/calls');
  const word = `ברוריה${Date.now() % 100_000}`;
  const { id } = await make(page, { name: word });
  await page.keyboard.press('Control+KeyK');
  await page.getByRole('combobox', { name: 'חיפוש ופעולות' }).fill(word);
  await page.getByRole('option', { name: word }).click();
  await expect(page).toHaveURL(new RegExp(`/customers/${id}`));
});

test('on a phone the actions stand at the foot, and everything is reached without a sideways scroll', async ({
  page,
  enter,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await enter('agent', '/customers');
  const { id } = await make(page, {
    name: 'משפחת אברהמוביץ׳־רוזנטל מרמת השרון',
    tags: ['משקיע', 'דחוף', 'מזומן'],
  });
  for (const part of ['', '?tab=timeline', '?tab=calls', '?tab=tasks', '?tab=notes']) {
    await page.goto(`/customers/${id}${part}`);
    await expect(bar(page)).toBeInViewport({ ratio: 1 });
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    const over = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(over, part).toBeLessThanOrEqual(0);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const bad = violations.filter((one) => one.impact === 'serious' || one.impact === 'critical');
    expect(bad.map((one) => `${part} ${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`)).toEqual(
      [],
    );
    await page.screenshot({ path: `e2e/out/customer-phone${part.replace('?tab=', '-')}.png` });
  }
});
