import { LabError } from '../../shared/errors.ts';
import type { EngineHealth } from '../../shared/engine.ts';
import { createDockerEngine } from './docker.ts';
import type { Engine } from './engine.ts';
import { explainFailure } from './engine-words.ts';
import { hasProgram, thisHost, type Host } from './host.ts';
import { startPodmanService } from './podman-service.ts';
import { probe, type Failure } from './probe.ts';
import { findSockets } from './sockets.ts';

/** What a search for an engine came to. */
export interface Detected {
  readonly health: EngineHealth;
  /** Null unless `health.state` is `ready`. */
  readonly engine: Engine | null;
  /** Closes the engine, and ends the Podman service if it is ours. */
  close(): Promise<void>;
}

/**
 * Looks for an engine: every socket of `findSockets` is asked at once, the first in order that answers within 6 s is taken. When none
 * does and Podman is installed (Linux), its service is started as our own child. Never throws for an engine that is not there.
 */
export async function detectEngine(host: Host = thisHost()): Promise<Detected> {
  const { candidates, refused, named } = await findSockets(host);
  const failures: Failure[] = [];
  const answers = await Promise.all(
    candidates.map(async (candidate) => ({ ...candidate, answer: await probe(candidate) })),
  );
  for (const { socketPath, answer } of answers) {
    if ('state' in answer) return found(socketPath, answer, [...refused, ...inWords(failures)]);
    failures.push(answer);
  }
  const mayServe = !named && host.env['QUORATE_ENGINE'] !== 'docker' && host.platform === 'linux';
  if (mayServe && (await hasProgram(host, 'podman'))) {
    const served = await serveOurselves(host, [...refused, ...inWords(failures)]);
    if (!('outcome' in served)) return served;
    failures.push(served);
  }
  return { health: await explainFailure(host, failures, refused), engine: null, close: () => Promise.resolve() };
}

/** An engine that answers now. @throws LabError 'engine/unreachable' | 'engine/denied' with the fix */
export async function openEngine(host: Host = thisHost()): Promise<Engine> {
  const { engine, health, close } = await detectEngine(host);
  if (engine === null) throw notReady(health);
  return { ...engine, close: () => void close() };
}

/** The error of a call that needs an engine while there is none. */
export function notReady(health: EngineHealth): LabError {
  return new LabError(health.state === 'denied' ? 'engine/denied' : 'engine/unreachable', health.message, {
    ...(health.fix === '' ? {} : { fix: `\`${health.fix}\`` }),
    ...(health.tried.length === 0 ? {} : { detail: health.tried.join('\n') }),
  });
}

function found(socketPath: string, health: EngineHealth, tried: readonly string[]): Detected {
  // The engine says which it is: a Docker socket may be Podman's (podman-docker).
  const kind = health.engine === 'podman' ? 'podman' : 'docker';
  const engine = createDockerEngine({ socketPath, kind });
  const close = () => {
    engine.close();
    return Promise.resolve();
  };
  return { engine, health: { ...health, tried: [...tried, ...health.tried] }, close };
}

async function serveOurselves(host: Host, tried: readonly string[]): Promise<Detected | Failure> {
  const socketPath = 'podman system service';
  try {
    const service = await startPodmanService(host.env);
    const answer = await probe({ socketPath: service.socketPath, kind: 'podman' });
    if (!('state' in answer)) {
      await service.close();
      return { ...answer, socketPath };
    }
    const detected = found(service.socketPath, answer, tried);
    return { ...detected, close: () => detected.close().then(() => service.close()) };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const reason = [error.message, error.detail].filter(Boolean).join(' ');
    return { socketPath, kind: 'podman', outcome: 'silent', reason };
  }
}

function inWords(failures: readonly Failure[]): readonly string[] {
  return failures.map(({ socketPath, reason }) => `${socketPath}: ${reason}`);
}
