import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/**
 * The page, as static files under `dist/renderer`: relative addresses, so that the same files serve from 127.0.0.1 and from the
 * window's own scheme; nothing inline that the content security policy (facts/dependencies.md) would refuse.
 */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [
    svelte({ compilerOptions: { runes: (file) => (file.filename.includes('node_modules') ? undefined : true) } }),
  ],
  build: {
    outDir: fileURLToPath(new URL('../dist/renderer', import.meta.url)),
    emptyOutDir: true,
    target: 'chrome120',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    // How long plugins take is nobody's news at a start.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  worker: { format: 'es' },
  cacheDir: fileURLToPath(new URL('../node_modules/.cache/vite', import.meta.url)),
});
