// Stories in Debian's chromium. BASE_URL is the engine's address; without it they run on the fake engine and the built pages.
import { defineConfig } from '@playwright/test';

const base = process.env.BASE_URL;

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  timeout: 45_000,
  // One world behind all stories: they would see each other's changes.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  use: {
    baseURL: base ?? 'http://127.0.0.1:4173',
    locale: 'he-IL',
    timezoneId: 'Asia/Jerusalem',
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  ...(base
    ? {}
    : {
        webServer: {
          command: 'node e2e/fake-engine.mjs',
          url: 'http://127.0.0.1:4173/',
          reuseExistingServer: false,
        },
      }),
});
