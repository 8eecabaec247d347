import { createServer, type RequestListener, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { detectEngine, openEngine } from './detect.ts';
import type { Host } from './host.ts';

describe('detectEngine', () => {
  let home = '';
  const servers: Server[] = [];
  const host = (env: Host['env']): Host => ({ platform: 'linux', env, home, uid: 1000 });
  const serve = async (socketPath: string, listener: RequestListener) => {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  };
  const engine =
    (component: string): RequestListener =>
    (request, response) => {
      const version = { Version: '20.10.24', ApiVersion: '1.41', Components: [{ Name: component }] };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(request.url === '/version' ? version : { NCPU: 2, MemTotal: 8 * 1024 ** 3 }));
    };
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'quorate-test-'));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    await rm(home, { recursive: true });
  });

  it('finds the engine behind a socket and tells what it is', async () => {
    const socket = join(home, 'docker.sock');
    await serve(socket, engine('Engine'));
    const found = await detectEngine(host({ DOCKER_HOST: `unix://${socket}` }));
    expect(found.health).toEqual({
      state: 'ready',
      engine: 'docker',
      version: '20.10.24',
      apiVersion: '1.41',
      cores: 2,
      memoryMiB: 8192,
      tried: [`${socket}: answers`],
      message: 'Docker 20.10.24 answers.',
      fix: '',
    });
    expect(found.engine?.traits).toMatchObject({ kind: 'docker', cli: 'docker' });
    await found.close();
  });

  it("knows Podman behind Docker's socket", async () => {
    const socket = join(home, 'docker.sock');
    await serve(socket, engine('Podman Engine'));
    const found = await detectEngine(host({ DOCKER_HOST: `unix://${socket}` }));
    expect(found.engine?.traits).toMatchObject({ kind: 'podman', cli: 'podman' });
    await found.close();
  });

  it('says that nothing is there, what was tried, and what to do', async () => {
    const found = await detectEngine(host({ DOCKER_HOST: `unix://${home}/none.sock` }));
    expect(found.engine).toBeNull();
    expect(found.health).toMatchObject({
      state: 'missing',
      engine: null,
      tried: [`${home}/none.sock: no such file`],
      message: `No container engine answers. Quorate looked at ${home}/none.sock (no such file).`,
    });
    expect(found.health.fix).not.toBe('');
    await expect(openEngine(host({ DOCKER_HOST: `unix://${home}/none.sock` }))).rejects.toMatchObject({
      code: 'engine/unreachable',
      fix: `\`${found.health.fix}\``,
    });
  });

  it('tells a dead socket from none', async () => {
    const socket = join(home, 'docker.sock');
    await writeFile(socket, '');
    const { health } = await detectEngine(host({ DOCKER_HOST: `unix://${socket}` }));
    expect(health).toMatchObject({ state: 'stopped', engine: 'docker', tried: [`${socket}: nobody listens`] });
  });

  it('gives up on an engine that says nothing after 6 s', async () => {
    const socket = join(home, 'docker.sock');
    await serve(socket, () => undefined);
    const began = Date.now();
    const { health } = await detectEngine(host({ DOCKER_HOST: `unix://${socket}` }));
    expect(health).toMatchObject({ state: 'stopped', tried: [`${socket}: no answer within 6 s`] });
    expect(Date.now() - began).toBeLessThan(7500);
  }, 10_000);

  it('prefers the first that answers and tells what was tried before it', async () => {
    const runtime = home;
    const socket = join(runtime, 'docker.sock');
    await serve(socket, engine('Engine'));
    const found = await detectEngine(host({ XDG_RUNTIME_DIR: runtime, QUORATE_ENGINE: 'docker' }));
    expect(found.health.state).toBe('ready');
    expect(found.health.tried.at(-1)).toMatch(/docker\.sock: answers$/);
    await found.close();
  });
});
