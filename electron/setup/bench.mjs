/** `npm run bench [-- a b …]`: sets up, bundles the benchmark, runs the parts named (`a` to `h`, `s` for the sizes), or all. */
import { join } from 'node:path';
import { fail, loud } from './say.mjs';
import { root, setUp } from './setup.mjs';

try {
  await setUp(['chromium']);
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/bench/bench.ts', 'test/bench/bench-door.ts'],
    outdir: join(root, 'dist'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    external: ['@playwright/test', 'dockerode'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  process.exitCode = await loud(process.execPath, [join(root, 'dist', 'bench.js'), ...process.argv.slice(2)]);
} catch (error) {
  fail(error);
}
