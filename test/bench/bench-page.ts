import { chromium, type Browser } from '@playwright/test';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { startDoor } from './bench-backend.ts';
import { compare, roundsOr, type Result } from './measure.ts';

const renderer = join(import.meta.dirname, 'renderer');
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** The same page as files alone, with nothing behind it. */
async function pageWithoutBackend(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    readFile(join(renderer, path === '/' ? 'index.html' : path)).then(
      (body) =>
        response.setHeader('content-type', types[extname(path === '/' ? '.html' : path)] ?? 'text/html').end(body),
      () => response.writeHead(404).end(),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}

/** Milliseconds from navigation until the first paint, and until Home's heading and cards' place are there and react. */
async function open(browser: Browser, url: string): Promise<{ paint: number; usable: number }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(url, { waitUntil: 'commit' });
    await page.getByRole('heading', { name: 'Deploy a cluster' }).waitFor();
    return await page.evaluate(async () => {
      const paint = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
      while (paint() === undefined) await new Promise((resolve) => requestAnimationFrame(resolve));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      return { paint: paint() ?? Number.NaN, usable: performance.now() };
    });
  } finally {
    await context.close();
  }
}

/** (h) First paint with a backend, and a usable Home with an absent engine, each against the same page without a backend. */
export async function benchStart(): Promise<Result[]> {
  const browser = await chromium.launch({ executablePath: process.env['QUORATE_CHROMIUM'] ?? '/usr/bin/chromium' });
  const files = await pageWithoutBackend();
  const door = await startDoor();
  // An address of documentation (RFC 5737): nobody answers, and slowly.
  const slow = await startDoor({ DOCKER_HOST: 'tcp://192.0.2.1:2375' });
  try {
    const without = async (what: 'paint' | 'usable') => (await open(browser, files.url))[what];
    return [
      await compare({
        name: '(h) first paint',
        unit: 'ms',
        rounds: roundsOr(10),
        bar: 1.5,
        subject: async () => (await open(browser, door.url)).paint,
        reference: () => without('paint'),
      }),
      await compare({
        name: '(h) usable Home, engine silent',
        unit: 'ms',
        rounds: roundsOr(10),
        bar: 1.5,
        subject: async () => (await open(browser, slow.url)).usable,
        reference: () => without('usable'),
      }),
    ];
  } finally {
    door.child.kill();
    slow.child.kill();
    files.close();
    await browser.close();
  }
}
