/**
 * Every way a call can fail, as `area/reason`. A screen decides by the code, shows the message, offers the fix.
 * The command line maps codes to exit codes: `input/*` is 2, `engine/unreachable` and `engine/denied` are 3, the rest 1.
 */
export type ErrorCode =
  | 'input/invalid' // a value breaks a rule; `field` names it
  | 'input/unknown' // no such recipe, lab, node, option, call
  | 'input/taken' // the name is in use
  | 'engine/unreachable' // no container engine answers
  | 'engine/denied' // an engine is there, this user may not use it
  | 'engine/lacks' // the engine has not what the recipe needs
  | 'engine/refused' // the engine answered with an error
  | 'engine/not-found' // the engine knows no such object
  | 'engine/conflict' // the engine holds an object of that name
  | 'engine/subnet-taken' // the subnet overlaps with a network that is there
  | 'image/unavailable'
  | 'image/build-failed'
  | 'node/not-running'
  | 'command/failed' // a command in a node ended with a non-zero exit code
  | 'command/timeout'
  | 'step/timeout' // what was waited for did not come; the message names what was last seen
  | 'lab/busy' // another run is changing this lab
  | 'source/unreadable' // a program printed what its parser does not know
  | 'source/silent' // a source did not answer in time
  | 'auth/refused'
  | 'door/closed' // the connection between page and backend is gone
  | 'cancelled'
  | 'internal';

/** An error as it crosses a door: plain data. */
export interface WireError {
  readonly code: ErrorCode;
  /** One sentence for a person: what is the case. */
  readonly message: string;
  /** What to do about it; a command to copy stands in backticks. */
  readonly fix?: string;
  /** The input that is wrong, e.g. `nodes`, or `line 4: nodes` for a lab file. */
  readonly field?: string;
  /** Raw evidence (output of the program, error of the engine), secrets masked. */
  readonly detail?: string;
}

export interface LabErrorOptions {
  readonly cause?: unknown;
  readonly fix?: string;
  readonly field?: string;
  readonly detail?: string;
}

/** The one error class of Quorate. Anything else that is thrown is a defect and crosses a door as `internal`. */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly fix: string | undefined;
  readonly field: string | undefined;
  readonly detail: string | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: LabErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.fix = options.fix;
    this.field = options.field;
    this.detail = options.detail;
  }
}

/** Flattens any thrown value to what may cross a door. Aborts (`AbortError`) become `cancelled`. */
export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof LabError) {
    return {
      code: thrown.code,
      message: thrown.message,
      ...(thrown.fix === undefined ? {} : { fix: thrown.fix }),
      ...(thrown.field === undefined ? {} : { field: thrown.field }),
      ...(thrown.detail === undefined ? {} : { detail: thrown.detail }),
    };
  }
  if (thrown instanceof Error && thrown.name === 'AbortError') return { code: 'cancelled', message: 'Cancelled.' };
  return { code: 'internal', message: thrown instanceof Error ? thrown.message : String(thrown) };
}

/** The inverse of {@link toWireError}, for the side that made the call. */
export function fromWireError(wire: WireError): LabError {
  return new LabError(wire.code, wire.message, wire);
}

/** Ends a `switch` over a union: does not compile while a case is missing. */
export function assertNever(value: never): never {
  throw new LabError('internal', `Not a known case: ${JSON.stringify(value)}`);
}
