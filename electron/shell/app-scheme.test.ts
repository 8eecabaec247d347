import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appOrigin, serveAppFile } from './app-scheme.ts';

let folder = '';
const get = (path: string, method = 'GET') =>
  serveAppFile(join(folder, 'renderer'), { method, url: `${appOrigin}${path}` });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quorate-scheme-'));
  await mkdir(join(folder, 'renderer', 'assets'), { recursive: true });
  await writeFile(join(folder, 'renderer', 'index.html'), '<title>Quorate</title>');
  await writeFile(join(folder, 'renderer', 'assets', 'a b.js'), 'let x');
  await writeFile(join(folder, 'secret'), 'not for the page');
  await symlink(join(folder, 'secret'), join(folder, 'renderer', 'link'));
});
afterAll(() => rm(folder, { recursive: true }));

test('serves the page and its parts with type and policy', async () => {
  const page = await get('/');
  expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
    200,
    'text/html; charset=utf-8',
    '<title>Quorate</title>',
  ]);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect((await get('/assets/a%20b.js')).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
});

test.each([
  '/../secret',
  '/%2e%2e/secret',
  '/..%2fsecret',
  '/assets/..%2f..%2fsecret',
  '/%2e%2e%5csecret',
  '/%00',
  '/%',
  '/assets',
  '/absent',
  '/link',
])('does not serve %s', async (path) => {
  const answer = await get(path);
  expect([answer.status, await answer.text()]).toEqual([404, '']);
});

test('refuses other hosts and methods', async () => {
  expect(
    (await serveAppFile(join(folder, 'renderer'), { method: 'GET', url: 'quorate-app://evil/index.html' })).status,
  ).toBe(404);
  expect((await get('/', 'POST')).status).toBe(405);
});
