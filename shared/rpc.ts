import * as v from 'valibot';
import type { EngineHealth } from './engine.ts';
import type { WireError } from './errors.ts';
import type { LabEvent } from './event.ts';
import type { LabSummary, LabView, PastView } from './lab.ts';
import type { ImageState, OldImage, RecipeInfo, RemovedImage } from './recipe.ts';
import { requestInput, settingsInput, type LabRequest } from './request.ts';
import type { RunView } from './run.ts';

/**
 * The one contract of the three doors. A *call* takes one object and answers once. A *topic* pushes whole values until it is
 * closed: the present one at once, then each change (coalesced, never polled). Terminals are byte streams beside both.
 * Inputs are checked against these schemas at the door; what comes back is trusted.
 */

const labName = v.strictObject({ lab: v.string() });
const runId = v.strictObject({ runId: v.string() });
const terminalId = v.strictObject({ terminalId: v.string() });
const size = {
  cols: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1000)),
  rows: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)),
};

export const nodeActions = ['stop', 'start', 'restart', 'kill', 'pause', 'resume', 'cut', 'restore'] as const;
export type NodeAction = (typeof nodeActions)[number];

export const callSchemas = {
  'engine.look': v.strictObject({}),
  'recipe.list': v.strictObject({}),
  /** Images of earlier recipes, which nothing new is made of. */
  'image.old': v.strictObject({}),
  /** Removes those that no container uses. */
  'image.removeOld': v.strictObject({}),
  /** Fills in defaults and checks everything, creating nothing. */
  'lab.check': requestInput,
  'lab.deploy': requestInput,
  /** Reads a lab file's text; errors name line and field. */
  'lab.readFile': v.strictObject({ text: v.pipe(v.string(), v.maxLength(1_048_576)), fileName: v.string() }),
  'lab.inspect': labName,
  /** As it was seen at a moment, in milliseconds by the backend's clock. */
  'lab.past': v.strictObject({ lab: v.string(), at: v.pipe(v.number(), v.finite()) }),
  /** The ledger of a lab (as its plan runs it) or of a recipe's default lab, as a POSIX shell script. */
  'lab.script': v.union([labName, v.strictObject({ recipe: v.string() })]),
  'lab.finish': labName,
  'lab.destroy': labName,
  'lab.act': v.strictObject({ lab: v.string(), action: v.picklist(['stop', 'start']) }),
  'node.act': v.strictObject({ lab: v.string(), node: v.string(), action: v.picklist(nodeActions) }),
  'member.add': labName,
  'member.remove': v.strictObject({ lab: v.string(), node: v.string(), force: v.optional(v.boolean()) }),
  /** Something its users do with the product: a flow of its recipe (`RecipeInfo.flows`). */
  'lab.flow': v.strictObject({
    lab: v.string(),
    flow: v.string(),
    node: v.optional(v.string()),
    settings: v.optional(settingsInput),
  }),
  'run.cancel': runId,
  'run.retry': runId,
  'run.keep': runId,
  'run.undo': runId,
  /** Shows the unmasked line and output of one command of a step. */
  'run.reveal': v.strictObject({
    runId: v.string(),
    step: v.string(),
    command: v.pipe(v.number(), v.integer(), v.minValue(0)),
  }),
  /** Opens a shell, or finds the one with that key again (keys are chosen by the page and survive a reload). */
  'terminal.open': v.strictObject({ lab: v.string(), node: v.string(), key: v.string(), ...size }),
  'terminal.resize': v.strictObject({ terminalId: v.string(), ...size }),
  'terminal.close': terminalId,
  /** Whether a foreground command runs (a close asks only then). */
  'terminal.busy': terminalId,
  'terminal.list': labName,
  'node.logs': v.strictObject({ lab: v.string(), node: v.string(), file: v.optional(v.string()) }),
} as const;

export interface TerminalInfo {
  readonly terminalId: string;
  readonly key: string;
  readonly lab: string;
  readonly node: string;
  /** `waiting`: the node is down; it reattaches by itself when the node runs again. */
  readonly state: 'open' | 'waiting' | 'closed';
  readonly title: string;
}

interface Outputs {
  'engine.look': EngineHealth;
  'recipe.list': readonly RecipeCard[];
  'image.old': readonly OldImage[];
  'image.removeOld': readonly RemovedImage[];
  'lab.check': LabRequest;
  'lab.deploy': { readonly runId: string; readonly lab: string };
  'lab.readFile': LabRequest;
  'lab.inspect': LabView;
  'lab.past': PastView;
  'lab.script': { readonly script: string };
  'lab.finish': { readonly runId: string };
  'lab.destroy': { readonly runId: string };
  'lab.act': void;
  'node.act': void;
  'member.add': { readonly runId: string; readonly node: string };
  'member.remove': { readonly runId: string };
  'lab.flow': { readonly runId: string };
  'run.cancel': void;
  'run.retry': { readonly runId: string };
  'run.keep': void;
  'run.undo': void;
  'run.reveal': { readonly line: string; readonly output: string };
  'terminal.open': TerminalInfo;
  'terminal.resize': void;
  'terminal.close': void;
  'terminal.busy': { readonly busy: boolean; readonly command: string };
  'terminal.list': readonly TerminalInfo[];
  'node.logs': { readonly files: readonly string[]; readonly file: string | null; readonly text: string };
}

/** A recipe on Home: what it is, and whether its image is there. */
export interface RecipeCard extends RecipeInfo {
  readonly image: ImageState;
}

export type CallName = keyof typeof callSchemas;
export type CallInput<N extends CallName> = v.InferOutput<(typeof callSchemas)[N]>;
export type CallOutput<N extends CallName> = Outputs[N];

export const topicSchemas = {
  engine: v.strictObject({}),
  labs: v.strictObject({}),
  /** Watching a lab is what starts its observers. */
  lab: labName,
  /** The record so far, then each event; batches in order. */
  events: labName,
  run: runId,
  /** Runs that are under way or wait for the user. */
  runs: v.strictObject({}),
  terminal: terminalId,
} as const;

interface TopicValues {
  engine: EngineHealth;
  labs: readonly LabSummary[];
  lab: LabView;
  events: readonly LabEvent[];
  run: RunView;
  runs: readonly RunView[];
  terminal: TerminalInfo;
}

export type TopicName = keyof typeof topicSchemas;
export type TopicInput<N extends TopicName> = v.InferOutput<(typeof topicSchemas)[N]>;
export type TopicValue<N extends TopicName> = TopicValues[N];

/**
 * The bytes of a terminal. Opening the stream replays the screen (at most 10,000 lines of scrollback, as escape sequences), then
 * follows. Flow control by credits: the backend sends at most `window` unacknowledged bytes.
 */
export const terminalCredit = { windowBytes: 128 * 1024, ackBytes: 16 * 1024 } as const;

/** As much of an `AbortSignal` as a call needs; this room knows neither Node nor the DOM. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What a page, a window or a command line holds: one side of any door. */
export interface Client {
  call<N extends CallName>(name: N, input: CallInput<N>, signal?: CancelSignal): Promise<CallOutput<N>>;
  /** Returns its own undo. `onEnd` comes once when the topic ends from the other side (lab destroyed, connection lost). */
  subscribe<N extends TopicName>(
    name: N,
    input: TopicInput<N>,
    onValue: (value: TopicValue<N>) => void,
    onEnd?: (error: WireError | null) => void,
  ): () => void;
  /** Attaches to the bytes of a terminal opened with `terminal.open`. */
  stream(
    terminalId: string,
    onData: (bytes: Uint8Array) => void,
    onEnd: (error: WireError | null) => void,
  ): TerminalStream;
  close(): void;
}

export interface TerminalStream {
  write(bytes: Uint8Array): void;
  /** Tells the backend that so many received bytes are on the screen. */
  ack(byteCount: number): void;
  detach(): void;
}

/** Frames of the wire, the same on every transport. Text frames are JSON of {@link ClientFrame} and {@link ServerFrame}. */
export type ClientFrame =
  | { readonly t: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly t: 'cancel'; readonly id: number }
  | { readonly t: 'sub'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly t: 'unsub'; readonly id: number }
  | { readonly t: 'stream'; readonly id: number; readonly terminalId: string }
  | { readonly t: 'ack'; readonly id: number; readonly bytes: number };

export type ServerFrame =
  | { readonly t: 'ok'; readonly id: number; readonly value: unknown }
  | { readonly t: 'error'; readonly id: number; readonly error: WireError }
  | { readonly t: 'value'; readonly id: number; readonly value: unknown }
  | { readonly t: 'end'; readonly id: number; readonly error: WireError | null };

/** Binary frames both ways: 4 bytes stream id, big endian, then terminal bytes. */
export const binaryHeaderBytes = 4;

/** Largest frame a door accepts from a page, in bytes. */
export const maxFrameBytes = 1024 * 1024;
