import { LabError } from '../../shared/errors.ts';

/** What docker-modem attaches to the errors it makes of an answer, e.g. `{statusCode: 409, json: {message: 'Conflict. …'}}`. */
interface AnswerError extends Error {
  readonly statusCode?: number;
  readonly json?: unknown;
  readonly code?: string;
}

const notRunning = /is not running|is paused|not running|container state improper|can only create exec sessions/i;
const subnetTaken = /pool overlaps|subnet .*(already|is) (being )?used|overlaps with other/i;

/**
 * Turns whatever docker-modem throws into a LabError. The engine's own words are kept as `detail`.
 * `what` names the thing done, e.g. `start the node`; `subnet` is named when the engine finds it taken.
 */
export function toEngineError(thrown: unknown, what: string, subnet?: string): LabError {
  if (thrown instanceof LabError) return thrown;
  const error = thrown instanceof Error ? (thrown as AnswerError) : new Error(String(thrown));
  const status = (error as AnswerError).statusCode;
  const detail = engineWords(error);
  const options = { cause: thrown, detail };
  if (status === undefined) {
    const code = (error as AnswerError).code;
    if (code === 'EACCES' || code === 'EPERM') {
      return new LabError('engine/denied', 'This user may not use the container engine.', options);
    }
    return new LabError('engine/unreachable', `The container engine does not answer (${code ?? detail}).`, options);
  }
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

function engineWords(error: AnswerError): string {
  const json = error.json;
  if (typeof json === 'object' && json !== null && 'message' in json && typeof json.message === 'string') {
    return json.message.trim();
  }
  return error.message.replace(/^\(HTTP code \d+\) [^-]*- /, '').trim();
}
