/** `npm start`: sets up, then opens the app: in Electron where its binary and a display are at hand, else through the browser door. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, loud, say } from './say.mjs';
import { root, setUp } from './setup.mjs';

/** Path of Electron's binary when it can be used, else the reason in words. */
function electron() {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return { reason: 'there is no display' };
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(root, 'node_modules', 'electron', 'dist');
  const pathFile = join(root, 'node_modules', 'electron', 'path.txt');
  const name = existsSync(pathFile)
    ? readFileSync(pathFile, 'utf8')
    : process.platform === 'win32'
      ? 'electron.exe'
      : 'electron';
  const binary = join(folder, name);
  return existsSync(binary)
    ? { binary }
    : { reason: "Electron's binary is not at hand (`npx install-electron` fetches it)" };
}

try {
  await setUp();
  const found = electron();
  if (found.binary) {
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    process.exitCode = await loud(found.binary, [...sandbox, root]);
  } else {
    say(`Opening in the browser: ${found.reason}. Ctrl+C ends it; labs stay.`);
    process.exitCode = await loud(process.execPath, [join(root, 'dist', 'serve.js'), ...process.argv.slice(2)]);
  }
} catch (error) {
  fail(error);
}
