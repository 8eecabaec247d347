import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of package.json, absolute: one above this file, both as source (`electron/`) and in a bundle (`dist/`). */
export const packageRoot = join(dirname(fileURLToPath(import.meta.url)), '..');
