import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { contentSecurityPolicy } from '../security-policy.ts';

/** Our own standard, secure scheme instead of `file:`: an origin of its own and nothing else of the disk in reach. */
export const appScheme = 'quorate-app';
export const appOrigin = `${appScheme}://app`;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/**
 * Answers a request for a file of the renderer. Paths that leave the folder, other hosts and other methods get 404 or 405; the
 * policy goes with every answer.
 * @param folder absolute path of `dist/renderer`
 */
export async function serveAppFile(
  folder: string,
  request: { readonly method: string; readonly url: string },
): Promise<Response> {
  const headers = { 'content-security-policy': contentSecurityPolicy, 'x-content-type-options': 'nosniff' };
  if (request.method !== 'GET') return new Response(null, { status: 405, headers });
  const absent = new Response(null, { status: 404, headers });
  const url = new URL(request.url);
  if (url.host !== 'app') return absent;
  try {
    // Links are resolved before the check: one that leaves the folder is outside, whatever its name.
    const path = await realpath(join(folder, decodeURIComponent(url.pathname === '/' ? '/index.html' : url.pathname)));
    if (!path.startsWith((await realpath(folder)) + sep)) return absent;
    const body = await readFile(path);
    const type = types[extname(path)] ?? 'application/octet-stream';
    return new Response(new Uint8Array(body), { headers: { ...headers, 'content-type': type } });
  } catch {
    return absent;
  }
}
