import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { LabError } from '../../shared/errors.ts';
import { makeOwnFolder } from '../engines/own-folder.ts';

/** Where trees are made. Not /tmp: that is often a tmpfs with `nodev`, where debootstrap cannot make devices. */
const place = process.env['TMPDIR'] ?? '/var/tmp';
const prefix = 'quorate-base-';

/** What a container image of Debian has beside the packages, as in Debian's own slim images: no docs, no daemons started by apt. */
const files: Readonly<Record<string, { readonly text: string; readonly mode: number }>> = {
  'usr/sbin/policy-rc.d': { text: '#!/bin/sh\nexit 101\n', mode: 0o755 },
  'etc/dpkg/dpkg.cfg.d/quorate': {
    text: [
      'path-exclude /usr/share/doc/*',
      'path-include /usr/share/doc/*/copyright',
      'path-exclude /usr/share/man/*',
      'path-exclude /usr/share/info/*',
      'path-exclude /usr/share/locale/*',
      'force-unsafe-io',
      '',
    ].join('\n'),
    mode: 0o644,
  },
  'etc/apt/apt.conf.d/quorate': {
    text: 'Acquire::Languages "none";\nAPT::Install-Recommends "false";\n',
    mode: 0o644,
  },
};

/** Left out of the image: caches, documentation, translations, and what the engine puts there itself. */
const excluded = [
  './dev/*',
  './proc/*',
  './sys/*',
  './tmp/*',
  './run/*',
  './var/cache/apt/*',
  './var/cache/debconf/*-old',
  './var/lib/apt/lists/*',
  './var/log/*',
  './usr/share/man/*',
  './usr/share/info/*',
  './usr/share/locale/*',
  './usr/share/doc/*/[!c]*',
  './usr/share/doc/*/changelog*',
];

/**
 * Bootstraps a small Debian and gives its tar to `use`. The tree is removed whatever happens; trees left by a process that was killed
 * are removed at the next call.
 * @param suite `trixie`, `bookworm`
 * @throws LabError 'image/unavailable' with the last lines of debootstrap, 'cancelled'
 */
export async function withBaseTree(
  suite: string,
  use: (tar: Readable) => Promise<void>,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const tree = await makeOwnFolder(place, prefix, removeTree);
  const atExit = () => rmSync(tree, { recursive: true, force: true });
  process.once('exit', atExit);
  try {
    // Ends by itself when this process is killed, and then takes down what it mounted.
    const words = ['--pdeathsig', 'TERM', 'debootstrap', '--variant=minbase', suite, tree];
    await finished(spawn('setpriv', words, { stdio: ['ignore', 'pipe', 'pipe'] }), 'debootstrap', onLine, signal);
    for (const [path, { text, mode }] of Object.entries(files)) {
      await mkdir(join(tree, path, '..'), { recursive: true });
      await writeFile(join(tree, path), text, { mode });
    }
    const archive = ['-C', tree, '--numeric-owner', ...excluded.map((pattern) => `--exclude=${pattern}`), '-c', '.'];
    const tar = spawn('tar', archive, { stdio: ['ignore', 'pipe', 'pipe'] });
    await Promise.all([use(tar.stdout), finished(tar, 'tar', undefined, signal)]);
  } finally {
    await removeTree(tree);
    process.removeListener('exit', atExit);
  }
}

/** Reads the lines of a program until it ends. @throws LabError */
async function finished(
  child: ChildProcess,
  name: string,
  onLine: ((line: string) => void) | undefined,
  signal: AbortSignal,
): Promise<void> {
  const last: string[] = [];
  const take = (line: string) => {
    last.push(line);
    if (last.length > 20) last.shift();
    onLine?.(line);
  };
  for (const stream of [onLine === undefined ? null : child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', take);
  }
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', (cause) => reject(new LabError('image/unavailable', `${name} is not here.`, { cause })));
      child.once('close', (code) => {
        if (code === 0) resolve();
        else reject(new LabError('image/unavailable', `${name} failed (${code}).`, { detail: last.join('\n') }));
      });
    });
  } catch (error) {
    if (signal.aborted) throw new LabError('cancelled', 'Cancelled.');
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Removes a tree; what is still mounted in it (a killed debootstrap leaves /proc) is unmounted first. */
async function removeTree(tree: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path.startsWith(`${tree}/`))
    .sort((a, b) => b.length - a.length);
  for (const path of mounts) {
    const umount = spawn('umount', ['-l', path], { stdio: 'ignore' });
    await new Promise<void>((resolve) => umount.once('close', () => resolve()).once('error', () => resolve()));
  }
  await rm(tree, { recursive: true, force: true });
}
