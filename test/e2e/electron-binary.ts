import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './backend.ts';

/** Where Electron's binary is; null when this machine has none. */
export function electronBinary(): string | null {
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(root, 'node_modules', 'electron', 'dist');
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' } as const;
  const name = process.platform === 'darwin' || process.platform === 'win32' ? names[process.platform] : 'electron';
  const path = join(folder, name);
  return existsSync(path) ? path : null;
}
