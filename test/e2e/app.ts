import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, expect, test as base, type Page } from '@playwright/test';
import type { RequestInput } from '../../shared/request.ts';
import { root, startBackend, type Backend } from './backend.ts';
import { sweep } from './docker.ts';
import { electronBinary } from './electron-binary.ts';
import { finished } from './runs.ts';

/** Options of a project and of a spec file. */
export interface Options {
  /** Which door the pages of this project come through. */
  door: 'browser' | 'desktop';
  /** Added to the environment of the backend. */
  environment: Readonly<Record<string, string>>;
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** Starts the desktop app with a profile of its own. @param words after the app's folder, e.g. a link */
export async function startDesktop(environment: Readonly<Record<string, string>>, ...words: readonly string[]) {
  const profile = await mkdtemp(join(tmpdir(), 'quorate-e2e-'));
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = await _electron.launch({
    executablePath: electronBinary() ?? '',
    args: [...asRoot, `--user-data-dir=${profile}`, root, ...words],
    env: { ...ownEnvironment(), ...environment },
  });
  const close = async () => {
    await app.close();
    await rm(profile, { recursive: true, force: true });
  };
  return { page: await app.firstWindow(), close };
}

/** `page` is a page of the project's door: Chromium's, or the window of the desktop app. */
export const test = base.extend<Options>({
  door: ['browser', { option: true }],
  environment: [{}, { option: true }],
  page: async ({ page, door, environment }, use) => {
    if (door === 'browser') return use(page);
    const desktop = await startDesktop(environment);
    await use(desktop.page);
    await desktop.close();
  },
});
export { expect } from '@playwright/test';

/** What a spec file has for itself: a backend, and the labs it makes, which go when it ends. */
export interface App {
  readonly client: Backend['client'];
  readonly log: Backend['log'];
  /** Opens a route of the app in a page. In the browser with the door's address, in the desktop app by its own. */
  open(page: Page, route?: string): Promise<void>;
  /** Brings up a lab without a page. Returns its name. */
  deploy(input: RequestInput): Promise<string>;
  /** A lab that a page made: to be taken away at the end, too. */
  made(lab: string): void;
}

/** Names that no other run has. */
export function freshName(word: string): string {
  return `e2e-${word}-${Math.floor(Math.random() * 0xffff).toString(16)}`;
}

/**
 * Chromium drops what it is loading when a network of the machine appears or goes (ERR_NETWORK_CHANGED), as the networks of a lab do. The
 * page says so, and is loaded again as a person would.
 */
export async function loaded(page: Page): Promise<void> {
  const unloaded = page.getByText('Quorate did not load whole.');
  for (let tries = 3; tries > 0; tries--) {
    await expect(unloaded.or(page.getByRole('banner')).first()).toBeVisible();
    if (!(await unloaded.isVisible())) return;
    await page.reload();
  }
  throw new Error('The page did not load whole in three tries.');
}

/** Gives a spec file its own backend, once for all its tests. Call it at the top of the file. */
export function useApp(environment: Readonly<Record<string, string>> = {}): App {
  let backend: Backend | null = null;
  const labs = new Set<string>();
  const running = (): Backend => {
    if (backend === null) throw new Error('The backend runs only while tests do.');
    return backend;
  };
  test.use({ environment });
  test.beforeAll(async () => {
    backend = await startBackend(environment);
  });
  test.afterAll(async () => {
    await Promise.all([...labs].map((lab) => sweep(lab)));
    labs.clear();
    await running().close();
    backend = null;
  });
  return {
    get client() {
      return running().client;
    },
    log: () => running().log(),
    open: async (page, route = '/') => {
      if (page.url().startsWith('app:')) await page.evaluate((hash) => (location.hash = hash), route);
      else {
        await page.goto(running().address(route));
        await loaded(page);
      }
    },
    deploy: async (input) => {
      const { lab, runId } = await running().client.call('lab.deploy', input);
      labs.add(lab);
      await finished(running().client, runId);
      return lab;
    },
    made: (lab) => void labs.add(lab),
  };
}
