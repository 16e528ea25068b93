// Every page by day and by night, in both languages, under axe, and at three widths. With PICTURES=1 its pictures are in e2e/out,
// for people to look at.
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, people, test } from './story';

interface Place {
  name: string;
  path: string;
  as: keyof typeof people | null;
}

const places: readonly Place[] = [
  { name: 'log-in', path: '/login', as: null },
  { name: 'invitation', path: 'an invitation', as: null },
  { name: 'reset', path: '/reset#demo-reset', as: null },
  { name: 'live', path: '/live', as: 'manager' },
  { name: 'calls', path: '/calls', as: 'manager' },
  { name: 'call', path: 'first call', as: 'manager' },
  { name: 'customers', path: '/customers', as: 'manager' },
  { name: 'customer', path: 'first customer', as: 'manager' },
  ...['timeline', 'calls', 'whatsapp', 'tasks', 'documents', 'notes'].map((tab): Place => ({
    name: `customer-${tab}`,
    path: `first customer?tab=${tab}`,
    as: 'manager',
  })),
  { name: 'import', path: '/customers/import', as: 'manager' },
  { name: 'whatsapp', path: '/whatsapp', as: 'manager' },
  { name: 'whatsapp-settings', path: '/whatsapp/settings', as: 'manager' },
  { name: 'stats', path: '/stats', as: 'manager' },
  ...['quotes', 'contracts', 'invoices', 'signatures'].map((tab): Place => ({
    name: `documents-${tab}`,
    path: `/documents?tab=${tab}`,
    as: 'manager',
  })),
  { name: 'templates', path: '/documents/templates', as: 'manager' },
  { name: 'template', path: 'first template', as: 'manager' },
  { name: 'sign', path: '/sign', as: null },
  { name: 'verify', path: '/verify', as: null },
  { name: 'people', path: '/people', as: 'manager' },
  { name: 'invitations', path: '/people?tab=invitations', as: 'manager' },
  { name: 'audit', path: '/audit', as: 'manager' },
  ...['general', 'numbers', 'greeting', 'script', 'hours', 'documents', 'quiet', 'plan'].map(
    (section): Place => ({
      name: `settings-${section}`,
      path: `/settings?section=${section}`,
      as: 'manager',
    }),
  ),
  { name: 'profile', path: '/profile', as: 'manager' },
  { name: 'businesses', path: '/businesses', as: 'admin' },
  { name: 'not-found', path: '/no/such/page', as: 'manager' },
];

const pictures = process.env.PICTURES === '1';

const widths = [
  [1440, 900],
  [768, 1024],
  [390, 844],
] as const;

async function open(page: Page, place: Place, invitation: () => Promise<string>) {
  if (place.path === 'an invitation') await page.goto(await invitation());
  else if (place.path === 'first call') {
    await page.goto('/calls?status=completed');
    await page.locator('[data-row-link]').first().click();
    await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
  } else if (place.path.startsWith('first customer')) {
    await page.goto('/customers?sort=-last_activity');
    await page.locator('[data-row-link]').first().click();
    await expect(page.getByRole('group', { name: /^(פעולות|Actions)$/ })).toBeVisible();
    await page.goto(`${new URL(page.url()).pathname}${place.path.replace('first customer', '')}`);
  } else if (place.path === 'first template') {
    await page.goto('/documents/templates');
    await page.locator('[data-row-link]').first().click();
    await expect(page.locator('canvas').first()).toBeVisible({ timeout: 15_000 });
  } else await page.goto(place.path);
  await settle(page);
}

/** Skeletons gone, fonts there, nothing moving. */
async function settle(page: Page) {
  await page.waitForLoadState('load');
  await page.evaluate(() => document.fonts.ready);
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await page.waitForTimeout(150);
}

for (const locale of ['he', 'en'] as const)
  for (const place of places)
    test(`${place.name}, ${locale}: axe finds nothing serious, at each width, by day and by night`, async ({
      page,
      enter,
      invitation,
    }) => {
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      await page.addInitScript((to) => localStorage.setItem('al.locale', to), locale);
      if (place.as) await enter(place.as, '/favicon.svg');
      await open(page, place, invitation);
      for (const scheme of ['light', 'dark'] as const) {
        // The page follows while it is open, as it does when the day ends.
        const before = await ground(page);
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
        if (scheme === 'dark') await expect.poll(() => ground(page)).not.toBe(before);
        const { violations } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
          .analyze();
        const bad = violations.filter((one) => one.impact === 'serious' || one.impact === 'critical');
        expect(
          bad.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`),
          scheme,
        ).toEqual([]);
      }
      for (const [width, height] of widths) {
        await page.setViewportSize({ width, height });
        await settle(page);
        await fits(page, width);
        if (!pictures) continue;
        for (const scheme of locale === 'en' ? (['light'] as const) : (['light', 'dark'] as const)) {
          await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
          await page.screenshot({
            path: `e2e/out/${place.name}-${locale}-${scheme}-${width}.png`,
            fullPage: width !== 390,
          });
        }
      }
    });

/** The colour that everything stands on. */
function ground(page: Page) {
  return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
}

/** Nothing reaches out of the page, and the current tab is in sight. */
async function fits(page: Page, width: number) {
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(over, `${width} px: nothing reaches out of the page`).toBeLessThanOrEqual(0);
  const tabs = page.locator('main nav:has(> a)');
  if (!(await tabs.count())) return;
  const current = tabs.locator('[aria-current]');
  await expect(current, 'one tab is the current one').toHaveCount(1);
  // Along its row: how far down the row stands is the page's business.
  const cut = () =>
    current.evaluate((tab) => {
      const [own, row] = [tab, tab.parentElement ?? tab].map((one) => one.getBoundingClientRect());
      return own && row ? Math.max(row.left - own.left, own.right - row.right) : 0;
    });
  await expect.poll(cut, `${width} px: the current tab is in sight`).toBeLessThan(10);
}

test('dialogs, menus and the palette are as accessible as pages', async ({ page, enter }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await enter('manager', '/calls');
  await settle(page);
  const check = async (name: string, open: Locator) => {
    await expect(open).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    const bad = violations.filter((one) => one.impact === 'serious' || one.impact === 'critical');
    expect(
      bad.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`),
      name,
    ).toEqual([]);
    if (pictures) await page.screenshot({ path: `e2e/out/open-${name}.png` });
    await page.keyboard.press('Escape');
    await expect(open).toHaveCount(0);
  };
  await page.keyboard.press('Control+KeyK');
  await check('palette', page.getByRole('dialog'));
  await page.getByRole('button', { name: 'תפריט המשתמש' }).click();
  await check('user-menu', page.getByRole('menu'));
  await page.getByRole('button', { name: 'תצוגה' }).click();
  await check('view', page.getByRole('dialog'));
  await page.keyboard.press('Shift+Slash');
  await check('shortcuts', page.getByRole('dialog', { name: 'קיצורי מקלדת' }));
  await page.goto('/people');
  await page.getByRole('button', { name: 'הזמנה' }).first().click();
  await check('invite', page.getByRole('dialog'));
});
