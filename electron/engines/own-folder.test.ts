import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { makeOwnFolder } from './own-folder.ts';

it('removes what killed processes left, and nothing of living ones or of others', async () => {
  const place = await mkdtemp(join(tmpdir(), 'quorate-test-'));
  const gone = spawnSync('true').pid;
  for (const name of [`own-${gone}-abc`, `own-${process.ppid}-abc`, `other-${gone}-abc`, 'own-notes']) {
    await mkdir(join(place, name));
  }
  const folder = await makeOwnFolder(place, 'own-', (path) => rm(path, { recursive: true }));
  expect((await readdir(place)).sort()).toEqual(
    [`other-${gone}-abc`, `own-${process.ppid}-abc`, 'own-notes', basename(folder)].sort(),
  );
  await rm(place, { recursive: true });
});
