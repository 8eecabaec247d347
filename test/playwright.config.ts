import { defineConfig } from '@playwright/test';
import { electronBinary } from './e2e/electron-binary.ts';
import type { Options } from './e2e/app.ts';

const ofElectron = /electron\.spec\.ts$/;
/** LXD itself on real containers: `QUORATE_TEST_LXD=yes npm run e2e -- lxd.spec`, not yet part of `npm test` (see vitest.config.ts). */
const ofLxd = /lxd\.spec\.ts$/;
const withLxd = process.env['QUORATE_TEST_LXD'] === 'yes';
/** Tests of one screen against pushed views: a page of its own, no backend. */
const ofPage = /\.test\.ts$/;

/**
 * End to end: real containers behind the browser door in Debian's Chromium, then the same behind the desktop app; one test after the
 * other. Where Electron's binary is absent, its project is one test that is skipped and says why. Marked `@browser`: what the desktop app
 * does not have, e.g. a second page.
 */
export default defineConfig<Options>({
  testDir: './e2e',
  outputDir: './output/e2e',
  globalSetup: './e2e/build.ts',
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['json', { outputFile: './output/e2e.json' }]],
  use: {
    viewport: { width: 1440, height: 900 },
    launchOptions: { executablePath: process.env['QUORATE_CHROMIUM'] ?? '/usr/bin/chromium' },
    actionTimeout: 30_000,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
  },
  projects: [
    { name: 'browser', testIgnore: withLxd ? ofElectron : [ofElectron, ofLxd] },
    electronBinary() === null
      ? { name: 'electron', testMatch: ofElectron }
      : { name: 'electron', testIgnore: ofPage, grepInvert: /@browser/, use: { door: 'desktop' } },
  ],
});
