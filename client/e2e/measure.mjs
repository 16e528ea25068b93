// Prints figures, asserts nothing: the longest main-thread task while a list of 100,000 calls is paged, sorted, searched and
// scrolled on the real engine, and how long the engine takes to answer. Started by `scripts/with-demo PROGRAM npm run measure`.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { chromium } from '@playwright/test';

const {
  BASE_URL: base,
  DATA_DIR: data,
  STORY_MANAGER: email,
  STORY_MANAGER_PASSWORD: password,
} = process.env;
const ROUNDS = 5;
const postgres = readdirSync(data).find((name) => name.startsWith('postgres-'));
const many = ['-h', `${data}/${postgres}/socket`, '-U', 'agentlocator', '-qX', '-v', 'ON_ERROR_STOP=1'];
execFileSync('psql', [...many, '-d', 'agentlocator', '-f', 'e2e/many-calls.sql'], { stdio: 'inherit' });

const middle = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const print = (name, numbers) => {
  const [least, mid, most] = [Math.min(...numbers), middle(numbers), Math.max(...numbers)].map((n) =>
    n.toFixed(1).padStart(7),
  );
  process.stdout.write(`${name.padEnd(34)} least ${least}  median ${mid}  most ${most} ms\n`);
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
});

async function enter() {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'he-IL',
    timezoneId: 'Asia/Jerusalem',
  });
  const page = await context.newPage();
  const answer = await page.request.post(`${base}/auth/login`, {
    headers: { origin: base },
    data: { email, password },
  });
  if (!answer.ok()) throw new Error(await answer.text());
  await page.addInitScript(() => localStorage.setItem('al.session', String(Date.now() + 900_000)));
  return page;
}

/** The longest of the main thread's tasks while this is done, as the browser's own trace has it: milliseconds that passed, and
 * milliseconds of the processor (the same, where nothing else runs). */
async function longest(page, work) {
  const devtools = await page.context().newCDPSession(page);
  const events = [];
  devtools.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', '__metadata'] },
  });
  await work();
  await page.waitForTimeout(600);
  const complete = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve));
  await devtools.send('Tracing.end');
  await complete;
  await devtools.detach();
  const main = new Set(
    events
      .filter((one) => one.name === 'thread_name' && one.args.name === 'CrRendererMain')
      .map((one) => `${one.pid}:${one.tid}`),
  );
  const tasks = events.filter((one) => one.ph === 'X' && main.has(`${one.pid}:${one.tid}`));
  const of = (clock) => Math.max(...tasks.map((one) => one[clock] ?? 0)) / 1000;
  return { clock: of('dur'), processor: of('tdur') };
}

const scroll = (page) =>
  page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += 300) {
      window.scrollTo(0, y);
      await new Promise((next) => requestAnimationFrame(next));
    }
  });
/** Done when the engine has answered and the rows are there. */
const asking = async (page, act) => {
  await Promise.all([page.waitForResponse(/\/api\/calls\?/), act()]);
  await page.locator('[aria-rowindex="2"]').waitFor();
};
const steps = {
  'scroll 100 rows': scroll,
  'next page': (page) => asking(page, () => page.getByRole('button', { name: 'העמוד הבא' }).click()),
  sort: (page) =>
    asking(page, () => page.getByRole('columnheader', { name: 'משך' }).getByRole('button').click()),
  search: (page) => asking(page, () => page.getByRole('searchbox').fill('דנה')),
  'scroll again': scroll,
  compact: async (page) => {
    await page.getByRole('button', { name: 'תצוגה' }).click();
    await page.getByLabel('צפיפות').selectOption('compact');
  },
};

try {
  const tasks = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    const page = await enter();
    const took = async (name, work) => {
      (tasks[name] ??= []).push(await longest(page, work));
    };
    await took('open', () => asking(page, () => page.goto(`${base}/calls?limit=100`)));
    await page.waitForTimeout(1000);
    for (const [name, work] of Object.entries(steps)) await took(name, () => work(page));
    await page.context().close();
  }
  process.stdout.write(`longest main-thread task, ${ROUNDS} times each:\n`);
  for (const [name, took] of Object.entries(tasks)) {
    print(
      `  ${name}`,
      took.map((one) => one.clock),
    );
    print(
      '    of the processor',
      took.map((one) => one.processor),
    );
  }

  const page = await enter();
  process.stdout.write('the engine’s answers, 20 each:\n');
  for (const query of [
    'limit=100',
    'limit=100&page=2',
    'limit=100&page=1000',
    'limit=100&sort=-duration_s',
    'limit=100&q=דנה',
    'limit=100&q=050-123',
    'limit=100&status=completed',
  ]) {
    const took = [];
    for (let time = 0; time < 20; time += 1) {
      const from = performance.now();
      const answer = await page.request.get(`${base}/api/calls?${query}`);
      if (!answer.ok()) throw new Error(await answer.text());
      await answer.body();
      took.push(performance.now() - from);
    }
    print(`  ${query}`, took);
  }
} finally {
  await browser.close();
}
