import { LabError } from '../../shared/errors.ts';

/** An answer that is no success. */
export class EngineAnswer extends Error {
  /** @param body e.g. `{"message":"Conflict. …"}`; its words become the message */
  constructor(
    readonly status: number,
    body: string,
  ) {
    super(wordsOf(body));
  }
}

const notRunning = /is not running|is paused|not running|container state improper|can only create exec sessions/i;
const subnetTaken = /pool overlaps|subnet .*(already|is) (being )?used|overlaps with other/i;

/**
 * Turns whatever a request failed with into a LabError. The engine's own words are kept as `detail`.
 * `what` names the thing done, e.g. `start the node`; `subnet` is named when the engine finds it taken.
 */
export function toEngineError(thrown: unknown, what: string, subnet?: string): LabError {
  if (thrown instanceof LabError) return thrown;
  const error: NodeJS.ErrnoException = thrown instanceof Error ? thrown : new Error(String(thrown));
  const detail = error.message;
  const options = { cause: thrown, detail };
  if (!(error instanceof EngineAnswer)) {
    const { code } = error;
    if (code === 'EACCES' || code === 'EPERM') {
      return new LabError('engine/denied', 'This user may not use the container engine.', options);
    }
    return new LabError('engine/unreachable', `The container engine does not answer (${code ?? detail}).`, options);
  }
  const { status } = error;
  if (subnetTaken.test(detail)) {
    const name = subnet === undefined ? 'The subnet' : `The network ${subnet}`;
    return new LabError('engine/subnet-taken', `${name} is taken by another network. Nothing was created.`, options);
  }
  if (status === 404 && /image/i.test(detail)) {
    return new LabError('image/unavailable', `The image is not there: ${detail}`, options);
  }
  if (status === 404) return new LabError('engine/not-found', `The engine could not ${what}: ${detail}`, options);
  if (notRunning.test(detail)) {
    const state = /paused/i.test(detail) ? 'The node is paused' : 'The node is not running';
    return new LabError('node/not-running', `${state}: the engine could not ${what}.`, options);
  }
  if (status === 409 || /already in use|already exists/i.test(detail)) {
    return new LabError('engine/conflict', `The engine could not ${what}: ${detail}`, options);
  }
  return new LabError('engine/refused', `The engine could not ${what}: ${detail}`, options);
}

function wordsOf(body: string): string {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer === 'object' && answer !== null && 'message' in answer && typeof answer.message === 'string')
      return answer.message.trim();
  } catch {
    // Something before the engine answered, or an old engine: in plain text.
  }
  return body.trim();
}
