import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';

/**
 * Packaging without Electron's binary: the configuration is checked by app-builder-lib itself, and electron-builder packs with a stand-in
 * that holds the fuse sentinel, so that what ships and how the fuses are set can be read back.
 */
const root = join(import.meta.dirname, '..', '..');
const require = createRequire(join(root, 'package.json'));
const run = promisify(execFile);
/** What electron/fuses looks for in the binary: sentinel, version of the wire, number of fuses, one state each (`0` off). */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseCount = Object.values(FuseV1Options).filter((value) => typeof value === 'number').length;

let work = '';
let unpacked = '';

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'quorate-pack-'));
  const standIn = join(work, 'electron');
  await mkdir(join(standIn, 'resources'), { recursive: true });
  await writeFile(
    join(standIn, 'electron'),
    Buffer.concat([
      Buffer.alloc(64),
      Buffer.from(sentinel),
      Buffer.from([1, fuseCount]),
      Buffer.alloc(fuseCount, '0'),
      Buffer.alloc(64),
    ]),
  );
  await chmod(join(standIn, 'electron'), 0o755);
  await writeFile(join(standIn, 'version'), '45.4.1');
  const builder = join(root, 'node_modules', '.bin', 'electron-builder');
  const output = join(work, 'release');
  await run(
    builder,
    ['--dir', '--linux', `-c.electronDist=${standIn}`, `-c.directories.output=${output}`, '--publish', 'never'],
    { cwd: root },
  );
  unpacked = join(output, 'linux-unpacked');
}, 120_000);
afterAll(() => rm(work, { recursive: true, force: true }));

test('app-builder-lib accepts the configuration, and refuses it with a wrong key', { timeout: 60_000 }, async () => {
  const { validateConfiguration } = require('app-builder-lib/out/util/config/config') as {
    validateConfiguration(config: unknown, log: { isEnabled: boolean }): Promise<void>;
  };
  const config = parse(await readFile(join(root, 'electron-builder.yml'), 'utf8')) as Record<string, unknown>;
  await validateConfiguration(config, { isEnabled: false });
  await expect(validateConfiguration({ ...config, assar: true }, { isEnabled: false })).rejects.toThrow(/assar/);
  expect([config['linux'], config['mac'], config['win']]).toMatchObject([
    { target: ['AppImage', 'deb', 'rpm'] },
    { target: [{ target: 'dmg', arch: ['x64', 'arm64'] }] },
    { target: ['nsis'] },
  ]);
});

test('the fuses are set as the shell needs them', async () => {
  const wire = await getCurrentFuseWire(join(unpacked, 'quorate'));
  const on = (option: FuseV1Options) => wire[option] === FuseState.ENABLE;
  expect({
    runAsNode: on(FuseV1Options.RunAsNode),
    cookies: on(FuseV1Options.EnableCookieEncryption),
    nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    inspect: on(FuseV1Options.EnableNodeCliInspectArguments),
    integrity: on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
    onlyAsar: on(FuseV1Options.OnlyLoadAppFromAsar),
    filePrivileges: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
  }).toEqual({
    runAsNode: false,
    cookies: true,
    nodeOptions: false,
    inspect: false,
    integrity: true,
    onlyAsar: true,
    filePrivileges: false,
  });
});

test('what ships is the bundles, the page and what images are built from; no sources, no tests, no packages', async () => {
  const { stdout } = await run(join(root, 'node_modules', '.bin', 'asar'), [
    'list',
    join(unpacked, 'resources', 'app.asar'),
  ]);
  const files = stdout.trim().split('\n');
  expect(files).toEqual(
    expect.arrayContaining([
      '/package.json',
      '/dist/main.js',
      '/dist/backend.js',
      '/dist/preload.cjs',
      '/dist/renderer/index.html',
      '/resources/images/ovn/Dockerfile',
      '/resources/images/microovn/Dockerfile',
      '/resources/images/microovn/dist/microovnd.mjs',
    ]),
  );
  expect(
    files.filter((file) =>
      /\/node_modules\/|\.test\.ts$|\/src\/|\.map$|^\/(electron|renderer|shared|test)\//.test(file),
    ),
  ).toEqual([]);
});
