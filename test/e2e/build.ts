import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './backend.ts';

/** Before all tests: builds what is older than its sources. */
export default function build(): void {
  const { status } = spawnSync(process.execPath, [join(root, 'electron', 'setup', 'build.mjs')], { stdio: 'inherit' });
  if (status !== 0) throw new Error('The build failed.');
}
