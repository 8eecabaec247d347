import type { EngineEvent } from './engine.ts';
import type { DockerApi } from './docker-api.ts';
import { inspectNode } from './docker-list.ts';
import { listNetworks } from './docker-networks.ts';
import { label } from './labels.ts';

/** One line of `GET /events` (Engine API v1.41 SystemEvents). */
interface EventLine {
  readonly Type?: string;
  readonly Action?: string;
  readonly time?: number;
  readonly timeNano?: number;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> };
}

/** The engine's words to ours; what is not here is not passed on. Podman says `remove` and `died` for some. */
const actions: Readonly<Record<string, string>> = {
  create: 'create',
  start: 'start',
  die: 'die',
  died: 'die',
  kill: 'kill',
  stop: 'stop',
  pause: 'pause',
  unpause: 'unpause',
  destroy: 'destroy',
  remove: 'destroy',
  oom: 'oom',
  connect: 'connect',
  disconnect: 'disconnect',
};

interface Follower {
  readonly onEvent: (event: EngineEvent) => void;
  readonly onEnd: () => void;
}

/** The events of one engine: any number follow, on one connection that is there while somebody does. */
export class DockerEvents {
  readonly #followers = new Set<Follower>();
  #stream: { readonly taken: Promise<void>; readonly abort: AbortController } | null = null;

  constructor(private readonly api: DockerApi) {}

  /** Resolves when the engine has taken the request: what happens after is not missed. @throws LabError 'engine/unreachable' */
  async follow(onEvent: (event: EngineEvent) => void, onEnd: () => void, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const follower = { onEvent, onEnd };
    this.#followers.add(follower);
    signal.addEventListener('abort', () => this.#leave(follower), { once: true });
    try {
      await this.#open();
    } catch (error) {
      this.#leave(follower);
      throw error;
    }
  }

  #open(): Promise<void> {
    if (this.#stream !== null) return this.#stream.taken;
    const abort = new AbortController();
    const tell = (event: EngineEvent) => {
      for (const follower of [...this.#followers]) follower.onEvent(event);
    };
    const end = () => {
      this.#stream = null;
      const followers = [...this.#followers];
      this.#followers.clear();
      for (const follower of followers) follower.onEnd();
    };
    this.#stream = { taken: followEvents(this.api, tell, end, abort.signal), abort };
    return this.#stream.taken;
  }

  #leave(follower: Follower): void {
    if (!this.#followers.delete(follower) || this.#followers.size > 0) return;
    this.#stream?.abort.abort();
    this.#stream = null;
  }
}

/**
 * Follows `/events` until the signal fires or the connection ends. Resolves when the engine has taken the request: what happens after
 * is not missed. Events of networks carry no labels, so networks are looked up; `connect` and `disconnect` are passed on as events of
 * the *node*: short node name and the id of its container.
 */
async function followEvents(
  api: DockerApi,
  onEvent: (event: EngineEvent) => void,
  onEnd: () => void,
  signal: AbortSignal,
): Promise<void> {
  const stream = await api.stream({
    method: 'GET',
    path: '/events',
    // The label filter would drop all events of networks. Events of execs, one or more for each command, stay out by name.
    query: { filters: { type: ['container', 'network'], event: Object.keys(actions) } },
    what: 'follow events',
    signal,
  });
  const names = new Names(api);
  await names.learnNetworks();
  const stop = () => stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  // One after the other: a look-up must not let a later event overtake.
  let queue = Promise.resolve();
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim() === '') continue;
      queue = queue.then(async () => {
        const event = await readEvent(JSON.parse(line) as EventLine, names);
        if (event !== null && !signal.aborted) onEvent(event);
      });
    }
  });
  stream.on('error', stop);
  stream.once('close', () => {
    signal.removeEventListener('abort', stop);
    if (!signal.aborted) void queue.then(onEnd, onEnd);
  });
}

async function readEvent(line: EventLine, names: Names): Promise<EngineEvent | null> {
  const id = line.Actor?.ID ?? '';
  const attributes = line.Actor?.Attributes ?? {};
  const action = actions[line.Action ?? ''];
  if (action === undefined || id === '') return null;
  const at = line.timeNano === undefined ? (line.time ?? 0) * 1000 : Math.floor(line.timeNano / 1e6);
  if (line.Type === 'network') {
    if (action === 'connect' || action === 'disconnect') {
      // Docker names the node beside the network, Podman in its place.
      const node = await names.node(attributes['container'] ?? id);
      return node && { at, kind: 'node', action, ...node, exitCode: null };
    }
    const name = attributes['name'] ?? '';
    const lab = await names.network(name, action === 'destroy');
    return lab === null ? null : { at, kind: 'network', action, lab, name, id, exitCode: null };
  }
  const lab = attributes[label.lab];
  if (lab === undefined) return null;
  const name = attributes[label.node] ?? attributes['name'] ?? '';
  names.learnNode(id, lab, name, action === 'destroy');
  const code = action === 'die' ? (attributes['exitCode'] ?? attributes['containerExitCode']) : undefined;
  return { at, kind: 'node', action, lab, name, id, exitCode: code === undefined ? null : Number(code) };
}

/** Which lab an id or a network belongs to, learned from what passes by and asked only when unknown. */
class Names {
  private readonly nodes = new Map<string, { readonly lab: string; readonly name: string; readonly id: string }>();
  private readonly networks = new Map<string, string>();

  constructor(private readonly api: DockerApi) {}

  learnNode(id: string, lab: string, name: string, gone: boolean): void {
    if (gone) this.nodes.delete(id);
    else this.nodes.set(id, { lab, name, id });
  }

  async node(id: string): Promise<{ readonly lab: string; readonly name: string; readonly id: string } | null> {
    const known = this.nodes.get(id);
    if (known !== undefined || id === '') return known ?? null;
    const node = await inspectNode(this.api, id).catch(() => null);
    if (node !== null) this.learnNode(node.id, node.lab, node.node, false);
    return this.nodes.get(id) ?? null;
  }

  async learnNetworks(): Promise<void> {
    for (const network of await listNetworks(this.api)) this.networks.set(network.name, network.lab);
  }

  async network(name: string, gone: boolean): Promise<string | null> {
    if (!this.networks.has(name) && !gone) await this.learnNetworks().catch(() => undefined);
    const lab = this.networks.get(name) ?? null;
    if (gone) this.networks.delete(name);
    return lab;
  }
}
