import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fingerprint, unlessFresh } from './stamp.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Backend and doors: one file each, dependencies inside, so that what is packaged is `dist/` alone. */
async function bundleBackend() {
  const { build } = await import('esbuild');
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    sourcemap: true,
    logLevel: 'warning',
    external: ['electron'],
  };
  const require =
    "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";
  await build({
    ...common,
    entryPoints: {
      serve: 'electron/serve.ts',
      cli: 'electron/cli.ts',
      prepare: 'electron/prepare.ts',
      main: 'electron/shell/main.ts',
      backend: 'electron/shell/backend.ts',
    },
    outdir: 'dist',
    format: 'esm',
    banner: { js: require },
  });
  // A sandboxed preload script can't be a module.
  await build({
    ...common,
    entryPoints: { preload: 'electron/shell/preload.ts' },
    outdir: 'dist',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  });
}

async function bundleRenderer() {
  const { build } = await import('vite');
  await build({ configFile: join(root, 'renderer', 'vite.config.ts'), logLevel: 'warn' });
}

/** Programs of ours that run inside nodes: each image's own `build.mjs`. */
async function bundleNodePrograms() {
  const { buildNodePrograms } = await import(
    pathToFileURL(join(root, 'resources', 'images', 'microovn', 'build.mjs')).href
  );
  await buildNodePrograms();
}

const below = (...folders) => folders.map((folder) => join(root, folder));
const lock = below('package-lock.json', 'electron/setup/build.mjs');

/** Builds what is older than its sources. Returns what was built, in words. */
export async function ensureBuild() {
  const cache = join(root, 'node_modules', '.cache', 'quorate');
  const parts = [
    {
      name: 'backend',
      sources: below('electron', 'shared'),
      outputs: below('dist/serve.js', 'dist/cli.js'),
      work: bundleBackend,
    },
    {
      name: 'renderer',
      sources: below('renderer', 'shared'),
      outputs: below('dist/renderer/index.html'),
      work: bundleRenderer,
    },
    {
      name: 'node programs',
      sources: below('resources/images', 'shared'),
      outputs: below('resources/images/microovn/dist'),
      work: bundleNodePrograms,
    },
  ];
  const built = [];
  for (const { name, sources, outputs, work } of parts) {
    const print = fingerprint([...sources, ...lock]);
    if (await unlessFresh(join(cache, name.replace(' ', '-')), print, outputs, work)) built.push(name);
  }
  return built.length === 0 ? 'up to date' : `built ${built.join(', ')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stderr.write(`${await ensureBuild()}\n`);
