import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles our programs that run inside the nodes, one file each, for the oldest Node a node may have (Debian 12). */
export async function buildNodePrograms() {
  await build({
    absWorkingDir: dirname(fileURLToPath(import.meta.url)),
    entryPoints: { microovn: 'src/cli/main.ts', microovnd: 'src/daemon/main.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node18',
    format: 'esm',
    banner: { js: '#!/usr/bin/node' },
    logLevel: 'warning',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildNodePrograms();
