// Tasks ring on the real engine: in every tab, answered once, by physical keys.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, people, test, watchConsole } from './story';

const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

async function make(page: Page, task: { title: string; due_at: string } & Record<string, unknown>) {
  const answer = await page.request.post('/api/tasks', {
    headers: { origin: new URL(page.url()).origin },
    data: task,
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as { id: number };
}

/** A key as a Hebrew layout sends it: the place of the key, and another letter. */
async function press(page: Page, code: string, key: string) {
  // Keys that come with the modal are not taken for answers to it.
  await page.waitForTimeout(700);
  await page
    .getByRole('dialog')
    .evaluate(
      (dialog, [code, key]) =>
        dialog.dispatchEvent(new KeyboardEvent('keydown', { code, key, bubbles: true, cancelable: true })),
      [code, key] as const,
    );
}

async function serious(page: Page) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations
    .filter((one) => one.impact === 'serious' || one.impact === 'critical')
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`);
}

const noMore = (page: Page) => expect(page.locator('[data-due]')).toHaveCount(0);

test('a task rings in both tabs, and put off in one it is gone from both', async ({ page, enter }) => {
  await enter('manager', '/tasks');
  const found: string[] = [];
  const other = await page.context().newPage();
  watchConsole(other, found);
  await other.goto('/calls');
  await expect(other.getByRole('heading', { level: 1 })).toBeVisible();
  const { id } = await make(page, { title: 'להתקשר לדנה', due_at: soon(2) });
  for (const tab of [page, other]) {
    await expect(tab.getByRole('dialog', { name: 'להתקשר לדנה' })).toBeVisible({ timeout: 15_000 });
    await expect(tab).toHaveTitle(/^\(1\) /);
  }
  await press(page, 'KeyS', 'ד');
  await noMore(page);
  await noMore(other);
  await expect(other).not.toHaveTitle(/^\(/);
  await other.close();
  // In five minutes it would ring in another story.
  const headers = { origin: new URL(page.url()).origin };
  await page.request.patch(`/api/tasks/${id}`, { headers, data: { status: 'done' } });
  expect(found).toEqual([]);
});

test('what is done at the reminder can be undone', async ({ page, enter }) => {
  await enter('manager', '/tasks');
  const { id } = await make(page, { title: 'לשלוח הצעת מחיר', due_at: soon(1), channel: 'meeting' });
  await expect(page.getByRole('dialog', { name: 'לשלוח הצעת מחיר' })).toBeVisible({ timeout: 15_000 });
  await press(page, 'KeyD', 'ג');
  await noMore(page);
  const status = async () =>
    ((await (await page.request.get(`/api/tasks/${id}`)).json()) as { status: string }).status;
  await expect.poll(status).toBe('done');
  await page.getByRole('button', { name: 'ביטול הפעולה' }).click();
  await expect.poll(status).toBe('open');
  // It is to be done again, and quiet: whoever undoes it has just seen it.
  const ringing = (await (await page.request.get('/api/reminders')).json()) as { total: number };
  expect(ringing.total).toBe(0);
  await noMore(page);
});

test('a task is made, changed, moved on the board and done', async ({ page, enter }) => {
  await enter('manager', '/tasks');
  const title = `מסירת מפתח ${Date.now()}`;
  await page.getByRole('button', { name: 'משימה חדשה' }).first().click();
  await page.getByLabel('מה לעשות').fill(title);
  await page.getByLabel('דחיפות', { exact: true }).last().selectOption('high');
  await page.getByRole('button', { name: 'שמירה' }).click();
  await expect(page.getByText('המשימה נוצרה.')).toBeVisible();
  await page.getByRole('button', { name: title, exact: false }).first().click();
  const dialog = page.getByRole('dialog', { name: 'עריכת המשימה' });
  await dialog.getByLabel('הערות').fill('בקומה השנייה');
  await dialog.getByRole('button', { name: 'שמירה' }).click();
  await expect(dialog).toHaveCount(0);
  await page.getByRole('button', { name: 'לוח', exact: true }).click();
  await page.getByRole('button', { name: `העברת ״\u2068${title}\u2069״ למועד אחר` }).press('Enter');
  // The last day that is offered: late in the evening a new task is tomorrow's already.
  const offered = page.getByRole('menuitem').last();
  const day = page.getByRole('region', { name: (await offered.innerText()).trim() });
  await offered.press('Enter');
  await expect(day.getByText(title)).toBeVisible();
  await page.getByRole('button', { name: `סימון ״\u2068${title}\u2069״ כבוצעה` }).click();
  await expect(day.getByText(title)).toHaveCount(0);
});

test('the bell tells what is overdue and leads there', async ({ page, enter }) => {
  await enter('agent', '/calls');
  await make(page, { title: 'להחזיר שיחה', due_at: soon(-3600), remind_before: [] });
  const bell = page.getByRole('button', { name: /^משימות: .*באיחור/ });
  await expect(bell).toHaveAccessibleName(/משימות: [1-9]/);
  await bell.click();
  await page.getByRole('link', { name: /להחזיר שיחה/ }).click();
  await expect(page.getByRole('dialog', { name: 'עריכת המשימה' })).toBeVisible();
});

for (const locale of ['he', 'en'] as const)
  for (const scheme of ['light', 'dark'] as const)
    test(`tasks, board and reminder, ${locale}, ${scheme}: axe finds nothing serious`, async ({
      page,
      enter,
    }) => {
      test.setTimeout(120_000);
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.addInitScript((to) => localStorage.setItem('al.locale', to), locale);
      await enter('manager' satisfies keyof typeof people, '/tasks');
      const picture = async (name: string) => {
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
        for (const [width, height] of [
          [1440, 900],
          [390, 844],
        ] as const) {
          await page.setViewportSize({ width, height });
          await page.waitForTimeout(150);
          const over = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(over, `${name}, ${width} px: nothing reaches out of the page`).toBeLessThanOrEqual(0);
          await page.screenshot({ path: `e2e/out/${name}-${locale}-${scheme}-${width}.png` });
        }
        await page.setViewportSize({ width: 1440, height: 900 });
        expect(await serious(page), name).toEqual([]);
      };
      await make(page, { title: 'פגישה עם משפחת לוי', due_at: soon(3 * 3600), priority: 'urgent' });
      await page.reload();
      await expect(page.getByRole('gridcell').first()).toBeVisible();
      await picture('tasks');
      await page.goto('/tasks?view=board');
      await expect(page.getByRole('region').first()).toBeVisible();
      await picture('tasks-board');
      await page.goto('/tasks?task=new');
      await expect(page.getByRole('dialog')).toBeVisible();
      await picture('task-dialog');
      await page.keyboard.press('Escape');
      const title = `להתקשר ליעל על הדירה ברחוב הגפן ${scheme}`;
      const notes = 'ביקשה לשמוע על החניה.\nגמישה בתאריך הכניסה.';
      await make(page, { title, notes, due_at: soon(1), priority: 'high' });
      await expect(page.getByRole('dialog', { name: title })).toBeVisible({ timeout: 15_000 });
      await picture('due');
      await press(page, 'KeyD', 'ג');
      await noMore(page);
    });
