import { readFile, realpath } from 'node:fs/promises';
import { extname, relative, resolve, sep } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

export interface StaticFile {
  readonly body: Buffer;
  readonly type: string;
}

/**
 * A file of `folder` by the path of a request, `/` being `index.html`. Null for what is not there, is no known type, or lies outside:
 * after decoding once, and after links are followed.
 * @param folder absolute path
 * @param target as in the request line, e.g. `/assets/index.js?v=1`
 */
export async function readStatic(folder: string, target: string): Promise<StaticFile | null> {
  const path = decodedPath(target);
  if (path === null) return null;
  const type = types[extname(path === '/' ? 'index.html' : path)];
  if (type === undefined) return null;
  try {
    const root = await realpath(folder);
    const file = await realpath(resolve(root, `.${path === '/' ? '/index.html' : path}`));
    const inside = relative(root, file);
    if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`)) return null;
    return { body: await readFile(file), type };
  } catch (error) {
    // No such file, or a directory by that name.
    if (isFileError(error)) return null;
    throw error;
  }
}

/** Null for a path that is no path, or hides a separator, a NUL or a step upwards. */
function decodedPath(target: string): string | null {
  const [encoded = ''] = target.split(/[?#]/, 1);
  let path: string;
  try {
    path = decodeURIComponent(encoded);
  } catch {
    return null;
  }
  const isPlain = path.startsWith('/') && !/[\\\0%]/.test(path) && !path.split('/').includes('..');
  return isPlain ? path : null;
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(String(error.code));
}
