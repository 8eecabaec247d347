import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Host } from './host.ts';
import { findSockets } from './sockets.ts';

describe('findSockets', () => {
  let home = '';
  const host = (change: Partial<Host> = {}): Host => ({ platform: 'linux', env: {}, home, uid: 1000, ...change });
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'quorate-test-'));
  });
  afterEach(() => rm(home, { recursive: true }));

  const context = async (name: string, endpoint: string) => {
    const folder = join(home, '.docker', 'contexts', 'meta', createHash('sha256').update(name).digest('hex'));
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'meta.json'),
      JSON.stringify({ Name: name, Endpoints: { docker: { Host: endpoint } } }),
    );
    await writeFile(join(home, '.docker', 'config.json'), JSON.stringify({ currentContext: name }));
  };

  it('looks at Docker before Podman, the system before the user', async () => {
    expect((await findSockets(host())).candidates).toEqual([
      { socketPath: '/var/run/docker.sock', kind: 'docker' },
      { socketPath: '/run/user/1000/docker.sock', kind: 'docker' },
      { socketPath: join(home, '.docker/desktop/docker.sock'), kind: 'docker' },
      { socketPath: join(home, '.docker/run/docker.sock'), kind: 'docker' },
      { socketPath: '/run/podman/podman.sock', kind: 'podman' },
      { socketPath: '/run/user/1000/podman/podman.sock', kind: 'podman' },
    ]);
  });

  it.each([
    ['darwin', '.docker/run/docker.sock'],
    ['win32', '//./pipe/docker_engine'],
  ] as const)('knows where Docker Desktop listens on %s', async (platform, expected) => {
    expect((await findSockets(host({ platform }))).candidates[0]?.socketPath.endsWith(expected)).toBe(true);
  });

  it('uses only what DOCKER_HOST names', async () => {
    const env = { DOCKER_HOST: 'unix:///tmp/own.sock' };
    expect(await findSockets(host({ env }))).toEqual({
      candidates: [{ socketPath: '/tmp/own.sock', kind: 'docker' }],
      refused: [],
      named: true,
    });
  });

  it.each(['tcp://user:secret@far:2376', 'ssh://user@far'])(
    'refuses %s in words, without its password',
    async (url) => {
      const { candidates, refused } = await findSockets(host({ env: { DOCKER_HOST: url } }));
      expect(candidates).toEqual([]);
      expect(refused).toHaveLength(1);
      expect(refused[0]).toMatch(/^DOCKER_HOST (tcp|ssh):\/\/far.*: an engine elsewhere/);
    },
  );

  it("asks the current context's socket first, and tells of one that is elsewhere", async () => {
    await context('rootless', 'unix:///run/user/1000/own.sock');
    expect((await findSockets(host())).candidates[0]).toEqual({
      socketPath: '/run/user/1000/own.sock',
      kind: 'docker',
    });
    await context('far', 'ssh://me@far');
    const { candidates, refused } = await findSockets(host());
    expect(refused).toEqual([expect.stringMatching(/^Docker context far ssh:\/\/far: an engine elsewhere/)]);
    expect(candidates[0]?.socketPath).toBe('/var/run/docker.sock');
  });

  it('is narrowed by QUORATE_ENGINE, and refuses a word it does not know', async () => {
    const podman = await findSockets(host({ env: { QUORATE_ENGINE: 'podman', DOCKER_HOST: 'tcp://far' } }));
    expect(podman.candidates.map(({ kind }) => kind)).toEqual(['podman', 'podman']);
    expect((await findSockets(host({ env: { QUORATE_ENGINE: 'lxc' } }))).refused).toEqual([
      'QUORATE_ENGINE=lxc: neither docker nor podman',
    ]);
  });
});
