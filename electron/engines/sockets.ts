import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from './host.ts';

/** A socket an engine may listen on. */
export interface Candidate {
  /** Unix socket, or named pipe as `//./pipe/docker_engine`. */
  readonly socketPath: string;
  readonly kind: 'docker' | 'podman';
}

/** Where to look, in order, and what was found and cannot be used, one line each. */
export interface Candidates {
  readonly candidates: readonly Candidate[];
  readonly refused: readonly string[];
  /** The user named one engine: no other is to be used in its place. */
  readonly named: boolean;
}

const notLocal = 'an engine elsewhere; labs need one on this machine, by a unix socket or named pipe';

/**
 * The places to look, best first: DOCKER_HOST, CONTAINER_HOST, Docker's current context, then where engines listen by default: Docker of
 * the system, of the user, Docker Desktop, Podman of the system and of the user. DOCKER_HOST and CONTAINER_HOST end the search;
 * QUORATE_ENGINE=docker|podman narrows it.
 */
export async function findSockets(host: Host): Promise<Candidates> {
  const wanted = host.env['QUORATE_ENGINE'] ?? '';
  if (wanted !== '' && wanted !== 'docker' && wanted !== 'podman') {
    return { candidates: [], refused: [`QUORATE_ENGINE=${wanted}: neither docker nor podman`], named: true };
  }
  const named = [fromVariable(host, 'DOCKER_HOST', 'docker'), fromVariable(host, 'CONTAINER_HOST', 'podman')];
  for (const found of named) {
    if (found === null || (wanted !== '' && found.kind !== wanted)) continue;
    if ('refused' in found) return { candidates: [], refused: [found.refused], named: true };
    return { candidates: [found], refused: [], named: true };
  }
  const context = wanted === 'podman' ? null : await fromContext(host);
  const refused = context !== null && 'refused' in context ? [context.refused] : [];
  const all = [...(context !== null && 'socketPath' in context ? [context] : []), ...byDefault(host)];
  const seen = new Set<string>();
  const candidates = all.filter(({ socketPath, kind }) => {
    if (seen.has(socketPath) || (wanted !== '' && kind !== wanted)) return false;
    seen.add(socketPath);
    return true;
  });
  return { candidates, refused, named: false };
}

type Named = (Candidate | { readonly refused: string; readonly kind: Candidate['kind'] }) | null;

function fromVariable(host: Host, name: string, kind: Candidate['kind']): Named {
  const value = host.env[name];
  return value === undefined || value === '' ? null : fromUrl(value, name, kind);
}

function fromUrl(
  url: string,
  source: string,
  kind: Candidate['kind'],
): Candidate | { refused: string; kind: Candidate['kind'] } {
  const socketPath = /^(?:unix|npipe):\/\/(.+)$/.exec(url)?.[1];
  if (socketPath !== undefined) return { socketPath, kind };
  const shown = url.replace(/\/\/[^@/]*@/, '//');
  return { refused: `${source} ${shown}: ${notLocal}`, kind };
}

/** Docker's current context: DOCKER_CONTEXT, else `currentContext` of config.json; its endpoint is in `contexts/meta/<sha256>/`. */
async function fromContext(host: Host): Promise<Named> {
  const folder = host.env['DOCKER_CONFIG'] ?? join(host.home, '.docker');
  const config = await readJson(join(folder, 'config.json'));
  const name = host.env['DOCKER_CONTEXT'] ?? text(config, 'currentContext');
  if (name === undefined || name === '' || name === 'default') return null;
  const id = createHash('sha256').update(name).digest('hex');
  const meta = await readJson(join(folder, 'contexts', 'meta', id, 'meta.json'));
  const url = text(field(field(meta, 'Endpoints'), 'docker'), 'Host');
  if (url === undefined) return { refused: `Docker context ${name}: names no endpoint`, kind: 'docker' };
  return fromUrl(url, `Docker context ${name}`, 'docker');
}

function byDefault(host: Host): readonly Candidate[] {
  const docker = (socketPath: string): Candidate => ({ socketPath, kind: 'docker' });
  const podman = (socketPath: string): Candidate => ({ socketPath, kind: 'podman' });
  if (host.platform === 'win32') {
    return [docker('//./pipe/docker_engine'), podman('//./pipe/podman-machine-default')];
  }
  const desktop = join(host.home, '.docker', 'run', 'docker.sock');
  if (host.platform === 'darwin') {
    const machine = join(host.home, '.local', 'share', 'containers', 'podman', 'machine', 'podman.sock');
    return [docker(desktop), docker('/var/run/docker.sock'), podman(machine)];
  }
  const runtime = host.env['XDG_RUNTIME_DIR'] ?? `/run/user/${host.uid}`;
  return [
    docker('/var/run/docker.sock'),
    docker(join(runtime, 'docker.sock')),
    docker(join(host.home, '.docker', 'desktop', 'docker.sock')),
    docker(desktop),
    podman('/run/podman/podman.sock'),
    podman(join(runtime, 'podman', 'podman.sock')),
  ];
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    // No such file, or not JSON: then no context is named.
    return null;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function text(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === 'string' ? found : undefined;
}
