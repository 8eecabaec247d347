import { randomUUID } from 'node:crypto';
import { LabError, toWireError } from '../shared/errors.ts';
import type { TerminalInfo } from '../shared/rpc.ts';
import type { Attached, Engine, EngineEvent, FoundNode } from './engines/engine.ts';
import type { TerminalSink, TerminalSource } from './rpc/door.ts';
import { foregroundCommand, terminalVariable } from './terminals/busy.ts';
import type { ScreenSize } from './terminals/screen.ts';
import { Terminal } from './terminals/terminal.ts';

/** A login shell, so that a node's own profile counts. */
const shell = ['bash', '-l'];

/** How a shell ends when its node does (128 + SIGHUP, SIGKILL, SIGTERM); the engine may still call the node running then. */
const endsOfNodes: readonly (number | null)[] = [null, 129, 137, 143];

const environment = { TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'C.UTF-8' };

export interface OpenTerminal extends ScreenSize {
  readonly lab: string;
  readonly node: string;
  /** Chosen by the page: the same lab, node and key find the same shell again. */
  readonly key: string;
}

type TerminalEngine = Pick<Engine, 'list' | 'attach' | 'exec' | 'events'>;

/**
 * The shells of all labs, kept by id in this process: they outlive pages and restarts of their nodes, and end when they are closed,
 * exit by themselves, or their node is removed.
 */
export class Terminals {
  readonly #engine: TerminalEngine;
  readonly #byId = new Map<string, Terminal>();
  readonly #opening = new Map<string, Promise<Terminal>>();
  #events: AbortController | null = null;

  constructor(deps: { readonly engine: TerminalEngine }) {
    this.#engine = deps.engine;
  }

  /** @throws LabError 'input/unknown' for a node that is not there, 'engine/unreachable' */
  async open(request: OpenTerminal): Promise<TerminalInfo> {
    const key = JSON.stringify([request.lab, request.node, request.key]);
    let opening = this.#opening.get(key);
    if (!opening) {
      opening = this.#create(request);
      this.#opening.set(key, opening);
      const forget = () => this.#opening.delete(key);
      opening.then((terminal) => this.#onceClosed(terminal, forget), forget);
    }
    const terminal = await opening;
    await terminal.resize({ cols: request.cols, rows: request.rows });
    return terminal.info;
  }

  list(lab: string): readonly TerminalInfo[] {
    return this.#of(lab).map((terminal) => terminal.info);
  }

  /** @throws LabError 'input/unknown' */
  watch(terminalId: string, onInfo: (info: TerminalInfo) => void): () => void {
    return this.#find(terminalId).watch(onInfo);
  }

  /** @throws LabError 'input/unknown' */
  attach(terminalId: string, sink: TerminalSink): TerminalSource {
    return this.#find(terminalId).attach(sink);
  }

  async resize(terminalId: string, size: ScreenSize): Promise<void> {
    await this.#find(terminalId).resize(size);
  }

  /** What runs in the foreground; nothing does while the node is down. */
  async busy(terminalId: string): Promise<{ busy: boolean; command: string }> {
    const terminal = this.#find(terminalId);
    if (terminal.state !== 'open') return { busy: false, command: '' };
    const node = await this.#node(terminal.lab, terminal.node);
    const command = await foregroundCommand(this.#engine, node.id, terminalId);
    return { busy: command !== '', command };
  }

  /** Ends the shell and what runs in it. Closing what is closed is no error. */
  async close(terminalId: string): Promise<void> {
    await this.#byId.get(terminalId)?.close(null);
  }

  /** Closes every shell of a lab, or of one of its nodes, without waiting for their ends. Returns how many there were. */
  closeAll(lab: string, node?: string): number {
    const terminals = this.#of(lab).filter((terminal) => node === undefined || terminal.node === node);
    for (const terminal of terminals) void terminal.close(null).catch(() => undefined);
    return terminals.length;
  }

  /** The engine answers (again): looks which waiting shells can start, and listens anew. */
  engineReady(): void {
    if (this.#byId.size === 0) return;
    // The events of the engine that was there before have ended, or are about to.
    this.#events?.abort();
    this.#listen();
    for (const terminal of this.#byId.values()) if (terminal.state === 'waiting') void this.#restart(terminal);
  }

  /** Ends every shell: the backend goes. */
  async dispose(): Promise<void> {
    this.#events?.abort();
    await Promise.allSettled([...this.#byId.values()].map((terminal) => terminal.close(null)));
  }

  async #create({ lab, node, key, cols, rows }: OpenTerminal): Promise<Terminal> {
    await this.#node(lab, node);
    const terminal = new Terminal({ terminalId: randomUUID(), key, lab, node, size: { cols, rows } });
    this.#byId.set(terminal.terminalId, terminal);
    this.#onceClosed(terminal, () => {
      this.#byId.delete(terminal.terminalId);
      if (this.#byId.size === 0) this.#events?.abort();
    });
    this.#listen();
    try {
      await this.#start(terminal);
    } catch (thrown) {
      await terminal.close(toWireError(thrown));
      throw thrown;
    }
    if (terminal.state === 'waiting') terminal.say(`${node} is not running; the shell opens when it does`);
    return terminal;
  }

  /** Starts a shell in a node that runs; otherwise the terminal goes on waiting. */
  async #start(terminal: Terminal): Promise<void> {
    const node = await this.#node(terminal.lab, terminal.node);
    if (node.state !== 'running' || terminal.state !== 'waiting') return;
    const size = terminal.size;
    let attached: Attached;
    try {
      attached = await this.#engine.attach(node.id, shell, {
        tty: true,
        ...size,
        environment: { ...environment, [terminalVariable]: terminal.terminalId },
      });
    } catch (thrown) {
      if (toWireError(thrown).code === 'node/not-running') return;
      throw thrown;
    }
    // Closed, or started by another event, while the shell came up.
    if (terminal.state !== 'waiting') return await attached.kill();
    terminal.run(attached, (exitCode) => void this.#ended(terminal, node.since, exitCode));
    if (terminal.size !== size) await attached.resize(terminal.size.cols, terminal.size.rows);
  }

  /** A shell ended: by itself, or because its node did. */
  async #ended(terminal: Terminal, startedAt: number | null, exitCode: number | null): Promise<void> {
    const { nodes, missing } = await this.#engine.list(terminal.lab);
    const node = nodes.find((candidate) => candidate.node === terminal.node);
    const isGone = node === undefined && missing.length === 0;
    const isSameRun = node?.state === 'running' && node.since === startedAt;
    if (isGone || (isSameRun && !endsOfNodes.includes(exitCode))) return terminal.close(null);
    terminal.wait();
    terminal.say(`the shell ended with its node; a new one opens when ${terminal.node} runs`);
    await this.#restart(terminal);
  }

  async #restart(terminal: Terminal): Promise<void> {
    if (terminal.state !== 'waiting') return;
    try {
      await this.#start(terminal);
    } catch (thrown) {
      const error = toWireError(thrown);
      // Without an engine it goes on waiting: `engineReady` comes back to it.
      if (error.code !== 'engine/unreachable') await terminal.close(error);
      return;
    }
    // Before the prompt: nothing a shell prints arrives within this turn.
    if (isOpen(terminal)) terminal.say(`${terminal.node} runs; this is a new shell`);
  }

  #listen(): void {
    if (this.#events && !this.#events.signal.aborted) return;
    const events = new AbortController();
    this.#events = events;
    const ended = () => {
      if (this.#events === events) this.#events = null;
    };
    this.#engine.events((event) => this.#onEvent(event), ended, events.signal).catch(ended);
  }

  #onEvent(event: EngineEvent): void {
    if (event.kind !== 'node') return;
    const terminals = this.#of(event.lab).filter((terminal) => terminal.node === event.name);
    if (event.action === 'destroy') for (const terminal of terminals) void terminal.close(null).catch(() => undefined);
    if (event.action === 'start' || event.action === 'unpause')
      for (const terminal of terminals) void this.#restart(terminal);
  }

  #onceClosed(terminal: Terminal, act: () => void): void {
    terminal.watch((info) => {
      if (info.state === 'closed') act();
    });
  }

  #of(lab: string): Terminal[] {
    return [...this.#byId.values()].filter((terminal) => terminal.lab === lab);
  }

  #find(terminalId: string): Terminal {
    const terminal = this.#byId.get(terminalId);
    if (!terminal) throw new LabError('input/unknown', 'This terminal is closed.', { field: 'terminalId' });
    return terminal;
  }

  async #node(lab: string, node: string): Promise<FoundNode> {
    const { nodes, missing } = await this.#engine.list(lab);
    const found = nodes.find((candidate) => candidate.node === node);
    if (found) return found;
    if (missing.length > 0) throw new LabError('engine/unreachable', missing.join('\n'));
    if (nodes.length === 0) throw new LabError('input/unknown', `There is no lab "${lab}".`, { field: 'lab' });
    const known = nodes.map((candidate) => candidate.node).join(', ');
    throw new LabError('input/unknown', `Lab ${lab} has no node "${node}"; it has ${known}.`, { field: 'node' });
  }
}

/** Apart from a check of the state earlier in the same function, which TypeScript would hold to still be true. */
function isOpen(terminal: Terminal): boolean {
  return terminal.state === 'open';
}
