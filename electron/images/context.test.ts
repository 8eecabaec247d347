import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstTarFile } from '../engines/tar.ts';
import { hashContext, packContext, readContext } from './context.ts';

describe('a build context', () => {
  let folder = '';
  const write = async (path: string, text: string) => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const hash = async (parent = 'quorate/base:trixie') => hashContext(await readContext(folder, 'x'), parent);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quorate-test-'));
    await write('Dockerfile', 'ARG PARENT\nFROM ${PARENT}\nCOPY root/ /\n');
    await write('root/etc/a', 'a');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('has a hash of its files and its parent alone', async () => {
    const first = await hash();
    expect(first).toMatch(/^[0-9a-f]{8}$/);
    await write('README.md', 'words');
    await write('src/daemon.ts', 'code');
    await write('.hidden', 'x');
    expect(await hash()).toBe(first);
    expect(await hash('quorate/base:other')).not.toBe(first);
    const changed = new Set([first]);
    for (const [path, text] of [
      ['root/etc/a', 'b'],
      ['root/etc/b', ''],
      ['dist/daemon.js', 'bundle'],
      ['root/src/kept', 'deeper folders of that name belong to it'],
    ] as const) {
      await write(path, text);
      changed.add(await hash());
    }
    expect(changed.size).toBe(5);
  });

  it.each([
    ['ARG PARENT\nFROM ${PARENT}\n', 'base', 'ARG PARENT=quorate/p:1\nFROM ${PARENT}\n'],
    ['# c\nARG PARENT=quorate/ovn\n\nFROM ${PARENT}\n', 'ovn', '# c\nARG PARENT=quorate/p:1\n\nFROM ${PARENT}\n'],
    ['FROM quorate/ovn\nRUN true\n', 'ovn', 'FROM quorate/p:1\nRUN true\n'],
    ['FROM quorate/base:trixie\n', 'base:trixie', 'FROM quorate/p:1\n'],
    ['ARG PARENT=quorate/base:bookworm\nFROM ${PARENT}\n', 'base:bookworm', 'ARG PARENT=quorate/p:1\nFROM ${PARENT}\n'],
  ])('names its parent (%j)', async (text, parent, packed) => {
    await write('Dockerfile', text);
    const context = await readContext(folder, 'x');
    expect(context.parent).toBe(parent);
    expect(Buffer.from(firstTarFile(packContext(context, 'quorate/p:1')) ?? []).toString()).toBe(packed);
  });

  it('takes in the folders of another image that its Dockerfile names', async () => {
    const root = folder;
    await write('incus/Dockerfile', '# with ../lxd/common\nARG PARENT\nFROM ${PARENT}\nCOPY common/ /\n');
    await write('incus/root/c', 'c');
    await write('lxd/common/root/b', 'b');
    await write('lxd/root/not', 'this');
    folder = join(root, 'incus');
    try {
      const before = await hash();
      expect((await readContext(folder, 'x')).files.map(({ path }) => path)).toEqual([
        'Dockerfile',
        'common/root/b',
        'root/c',
      ]);
      await write('../lxd/common/root/b', 'other');
      expect(await hash()).not.toBe(before);
      await rm(join(root, 'lxd'), { recursive: true });
      await expect(readContext(folder, 'x')).rejects.toMatchObject({ code: 'input/unknown' });
    } finally {
      folder = root;
    }
  });

  it('makes scripts executable whatever the checkout says', async () => {
    await write('root/run', '#!/bin/sh\n');
    const { files } = await readContext(folder, 'x');
    expect(Object.fromEntries(files.map(({ path, mode }) => [path, mode]))).toEqual({
      Dockerfile: 0o644,
      'root/etc/a': 0o644,
      'root/run': 0o755,
    });
  });

  it('is refused without a folder or a Dockerfile', async () => {
    await expect(readContext(join(folder, 'none'), 'none')).rejects.toMatchObject({ code: 'input/unknown' });
    await rm(join(folder, 'Dockerfile'));
    await expect(readContext(folder, 'x')).rejects.toMatchObject({ code: 'input/unknown' });
  });
});
