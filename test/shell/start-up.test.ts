import { chromium, type Page } from '@playwright/test';
import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { until } from '../engine/until.ts';

/** The bundled main process and preload script as they ship, with a stand-in for Electron that opens real Chromium. */
const root = join(import.meta.dirname, '..', '..');
const executablePath = process.env['QUORATE_CHROMIUM'] ?? '/usr/bin/chromium';
interface Told {
  readonly event: string;
  readonly detail: unknown;
}

let work = '';
let environment: NodeJS.ProcessEnv = {};
const children: ChildProcess[] = [];

function start(...words: readonly string[]): { child: ChildProcess; told: Told[]; ended: Promise<number | null> } {
  const child = spawn(process.execPath, [join(work, 'dist', 'main.js'), ...words], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const told: Told[] = [];
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => told.push(JSON.parse(line) as Told));
  return { child, told, ended: once(child, 'exit').then(([code]) => code as number | null) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'quorate-shell-'));
  const double = join(work, 'node_modules', 'electron');
  await mkdir(double, { recursive: true });
  await cp(join(root, 'dist'), join(work, 'dist'), { recursive: true });
  await symlink(join(root, 'resources'), join(work, 'resources'));
  await writeFile(join(work, 'package.json'), '{"type":"module"}');
  await writeFile(join(double, 'package.json'), '{"name":"electron","type":"module","exports":"./index.js"}');
  await build({
    entryPoints: [join(root, 'test', 'shell', 'electron-double.ts')],
    outfile: join(double, 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  environment = {
    ...process.env,
    DOUBLE_ROOT: join(root, 'package.json'),
    DOUBLE_CHROMIUM: executablePath,
    DOUBLE_LOCK: join(work, 'lock'),
    DOUBLE_PORT: String(await freePort()),
    DOUBLE_PARENT_PORT: join(root, 'test', 'shell', 'parent-port.mjs'),
  };
}, 60_000);
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(join(work, 'lock'), { recursive: true, force: true });
});
afterAll(async () => {
  await rm(work, { recursive: true, force: true });
});

const events = (told: readonly Told[]) => told.map(({ event }) => event);
const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test(
  'starts in order, connects the page to its backend, hands a link to the first instance, ends with nothing left',
  { timeout: 90_000 },
  async () => {
    const first = start();
    await until(
      () => (events(first.told).includes('backend') ? true : null),
      () => first.told,
      30_000,
    );
    expect(events(first.told).filter((event) => !['show', 'menu', 'permissions'].includes(event))).toEqual([
      'sandbox',
      'schemes',
      'lock',
      'deep links',
      'ready',
      'handle',
      'window',
      'load',
      'backend',
    ]);
    expect(first.told.find(({ event }) => event === 'schemes')?.detail).toMatchObject([
      { scheme: 'quorate-app', privileges: { standard: true, secure: true } },
    ]);

    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${environment['DOUBLE_PORT'] ?? ''}`);
    const page = browser.contexts()[0]?.pages()[0] as Page;
    // Only the backend can know whether an engine answers: this came through preload, port and utility process.
    await page
      .getByText(/answers|No container engine/)
      .first()
      .waitFor();
    expect(page.url()).not.toContain('token');

    const second = start('quorate://deploy/ovn-raft?nodes=1');
    expect(await second.ended).toBe(0);
    expect(events(second.told)).toEqual(['sandbox', 'schemes', 'second instance', 'quit']);
    const form = page.getByRole('dialog', { name: /OVN on Raft/ });
    await form.waitFor();
    expect(await form.getByLabel('Nodes').inputValue()).toBe('1');
    // The link itself leaves the address: a reload asks nothing again.
    expect(page.url()).not.toContain('link');
    expect(first.told.filter(({ event }) => event === 'focus')).toHaveLength(1);

    const backend = first.told.find(({ event }) => event === 'backend')?.detail as number;
    await page.close();
    expect(await first.ended).toBe(0);
    expect(events(first.told).slice(-2)).toEqual(['backend ended', 'quit']);
    expect(alive(backend)).toBe(false);
  },
);

test('a backend that dies is started anew and the page connects again', { timeout: 90_000 }, async () => {
  const shell = start();
  const backends = () => shell.told.filter(({ event }) => event === 'backend').map(({ detail }) => detail as number);
  const firstBackend = await until(
    () => backends()[0] ?? null,
    () => shell.told,
    30_000,
  );
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${environment['DOUBLE_PORT'] ?? ''}`);
  const page = browser.contexts()[0]?.pages()[0] as Page;
  await page
    .getByText(/answers|No container engine/)
    .first()
    .waitFor();
  process.kill(firstBackend, 'SIGKILL');
  await until(
    () => backends()[1] ?? null,
    () => shell.told,
    30_000,
  );
  await page
    .getByText(/answers|No container engine/)
    .first()
    .waitFor();
  await page.close();
  expect(await shell.ended).toBe(0);
});
