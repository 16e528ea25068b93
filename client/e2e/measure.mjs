// Prints figures, asserts nothing: the longest main-thread task while a list of 100,000 calls is paged, sorted and scrolled.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chromium } from '@playwright/test';

const port = 4199;
const base = `http://127.0.0.1:${port}`;
const engine = spawn(process.execPath, ['e2e/fake-engine.mjs'], {
  env: { ...process.env, PORT: String(port), CALLS: '100000' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
await once(engine.stdout, 'data');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
});
try {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.request.post(`${base}/auth/login`, {
    data: { email: 'manager@example.com', password: 'carmel-2026' },
  });
  await page.addInitScript(() => {
    localStorage.setItem('al.session', String(Date.now() + 900_000));
    window.tasks = [];
    new PerformanceObserver((list) =>
      window.tasks.push(...list.getEntries().map((one) => one.duration)),
    ).observe({
      type: 'longtask',
      buffered: true,
    });
  });
  const step = async (name, work) => {
    await page.evaluate(() => (window.tasks = []));
    await work();
    await page.waitForTimeout(400);
    const tasks = await page.evaluate(() => window.tasks);
    const longest = tasks.length
      ? `${Math.max(...tasks).toFixed(0)} ms (${tasks.length} over 50 ms)`
      : 'under 50 ms';
    process.stdout.write(`${name.padEnd(34)} longest task ${longest}\n`);
  };
  const row = (text) => page.locator('[aria-rowindex="2"]').filter({ hasText: text }).waitFor();
  const scroll = () =>
    page.evaluate(async () => {
      for (let y = 0; y < document.documentElement.scrollHeight; y += 300) {
        window.scrollTo(0, y);
        await new Promise((next) => requestAnimationFrame(next));
      }
    });
  await page.goto(`${base}/calls?limit=100`);
  await row('');
  await page.waitForTimeout(1000);
  await step('scroll 100 rows', scroll);
  await step('next page', () => page.getByRole('button', { name: 'העמוד הבא' }).click());
  await step('sort', () => page.getByRole('columnheader', { name: 'משך' }).getByRole('button').click());
  await step('search', () => page.getByRole('searchbox').fill('דנה'));
  await step('scroll again', scroll);
  await step('compact', async () => {
    await page.getByRole('button', { name: 'תצוגה' }).click();
    await page.getByLabel('צפיפות').selectOption('compact');
  });
} finally {
  await browser.close();
  engine.kill();
}
