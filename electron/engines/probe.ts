import { LabError } from '../../shared/errors.ts';
import type { EngineHealth } from '../../shared/engine.ts';
import { DockerApi } from './docker-api.ts';
import { askHealth } from './docker-health.ts';
import type { Candidate } from './sockets.ts';

/** A socket that did not lead to an engine. */
export interface Failure extends Candidate {
  /** `none`: no such file. `denied`: not allowed. `silent`: it is there, and nobody answers. */
  readonly outcome: 'none' | 'denied' | 'silent';
  /** In words, e.g. `no such file`. */
  readonly reason: string;
}

/** Health of the engine behind a socket, or why there is none; within 6 s. */
export async function probe(candidate: Candidate): Promise<EngineHealth | Failure> {
  const api = new DockerApi(candidate.socketPath);
  try {
    return await askHealth(api, [`${candidate.socketPath}: answers`]);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    if (error.code === 'engine/denied') return { ...candidate, outcome: 'denied', reason: 'permission denied' };
    const code = (error.cause as NodeJS.ErrnoException | undefined)?.code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { ...candidate, outcome: 'none', reason: 'no such file' };
    const reason = code === 'ECONNREFUSED' ? 'nobody listens' : 'no answer within 6 s';
    return { ...candidate, outcome: 'silent', reason };
  } finally {
    api.close();
  }
}
