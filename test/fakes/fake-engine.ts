import { LabError } from '../../shared/errors.ts';
import type { EngineHealth } from '../../shared/engine.ts';
import type {
  Attached,
  AttachOptions,
  Engine,
  EngineEvent,
  EngineTraits,
  ExecOptions,
  ExecResult,
  Found,
  FoundImage,
  FoundNetwork,
  FoundNode,
  ImageSource,
  NetworkSpec,
  NodeSpec,
} from '../../electron/engines/engine.ts';
import { label } from '../../electron/engines/labels.ts';
import { playExec, type FakeExec } from './fake-exec.ts';
import { FakeProcess, type FakeProgram } from './fake-process.ts';
import { alive, conflict, drain, newFound, notRunning, runs, type FakeNode } from './fake-node.ts';
import { overlaps } from './overlaps.ts';

/**
 * An engine in memory with the behaviour that can be observed of a real one (test/engine/contract.test.ts runs on both). Commands are
 * answered by `onExec` and `onAttach`; `fail` lets a call fail, `goAway` takes the engine away.
 */
export class FakeEngine implements Engine {
  readonly traits: EngineTraits;
  readonly images = new Set<string>();
  /** Every call in order, e.g. `createNode a-node-1`, `exec a-node-1 microovn status`. */
  readonly calls: string[] = [];
  /** Answers commands; what it leaves out is exit code 0 and no output. */
  onExec: (exec: FakeExec) => Partial<ExecResult> | Promise<Partial<ExecResult>> = () => ({});
  /** Plays attached commands. */
  onAttach: (program: FakeProgram) => void = () => undefined;
  /** Volumes by name: whose, and the files they kept when their container went. */
  readonly labVolumes = new Map<string, { lab: string; node: string; files: ReadonlyMap<string, Uint8Array> }>();
  usage = { cpuPercent: 1.5, memoryMiB: 64 };

  private readonly nodes = new Map<string, FakeNode>();
  private readonly networks = new Map<string, FoundNetwork>();
  private readonly listeners = new Set<{ onEvent: (event: EngineEvent) => void; onEnd: () => void }>();
  private readonly failures: { method: string; left: number; error: LabError }[] = [];
  private away = false;
  private count = 0;

  constructor(
    traits: Partial<EngineTraits> = {},
    private readonly now: () => number = Date.now,
  ) {
    this.traits = { kind: 'fake', cli: 'docker', canPause: true, tun: true, ...traits };
  }

  /** Lets the nth call of a method from now on fail, e.g. `fail('createNode', 2)`. */
  fail(method: keyof Engine, nth = 1, error = new LabError('engine/refused', `The engine could not ${method}.`)): void {
    this.failures.push({ method, left: nth, error });
  }

  /** From now on every call fails with `engine/unreachable`; events end. */
  goAway(): void {
    this.away = true;
    for (const listener of [...this.listeners]) listener.onEnd();
    this.listeners.clear();
  }

  comeBack(): void {
    this.away = false;
  }

  /** The node ends by itself. */
  die(id: string, exitCode: number): void {
    this.end(this.need(id), exitCode);
  }

  /** A network of somebody else. */
  addForeignNetwork(name: string, subnet: string): void {
    this.networks.set(name, { id: this.newId(), name, lab: '', subnet, labels: {} });
  }

  health(): Promise<EngineHealth> {
    const common = { engine: 'fake', version: '1', apiVersion: '1', cores: 2, memoryMiB: 2048, tried: [] };
    return Promise.resolve(
      this.away
        ? { ...common, state: 'stopped', message: 'The engine is away.', fix: 'fake start' }
        : { ...common, state: 'ready', message: 'Fake 1 answers.', fix: '' },
    );
  }

  hasImage(tag: string): Promise<boolean> {
    return this.call('hasImage', [tag], () => this.images.has(tag));
  }

  pullImage(tag: string, _onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
    return this.call('pullImage', [tag], () => {
      alive(signal);
      throw new LabError('image/unavailable', `The image ${tag} could not be pulled.`);
    });
  }

  importImage(source: ImageSource, signal: AbortSignal): Promise<void> {
    return this.call('importImage', [source.tag], async () => {
      await drain(source.tar, signal);
      this.images.add(source.tag);
    });
  }

  buildImage(source: ImageSource, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
    return this.call('buildImage', [source.tag], async () => {
      await drain(source.tar, signal);
      onLine(`Successfully tagged ${source.tag}`);
      this.images.add(source.tag);
    });
  }

  removeImage(tag: string): Promise<void> {
    return this.call('removeImage', [tag], () => {
      if (this.usersOf(tag).length > 0) throw conflict(`The image ${tag} is in use.`);
      this.images.delete(tag);
    });
  }

  listImages(): Promise<readonly FoundImage[]> {
    return this.call('listImages', [], () =>
      [...this.images]
        .filter((tag) => tag.startsWith('quorate/'))
        .toSorted((a, b) => a.localeCompare(b, 'en'))
        .map((tag) => ({ tag, usedBy: this.usersOf(tag) })),
    );
  }

  private usersOf(tag: string): readonly string[] {
    const users = [...this.nodes.values()].filter(({ spec }) => spec.image === tag);
    return users.map(({ found }) => found.name).toSorted();
  }

  createNetwork(spec: NetworkSpec, signal: AbortSignal): Promise<FoundNetwork> {
    return this.call('createNetwork', [spec.name], () => {
      alive(signal);
      if (this.networks.has(spec.name)) throw conflict(`network ${spec.name} already exists`);
      for (const other of this.networks.values()) {
        if (overlaps(other.subnet, spec.subnet)) {
          throw new LabError('engine/subnet-taken', `The network ${spec.subnet} is taken by another network.`);
        }
      }
      const labels = { [label.lab]: spec.lab, [label.role]: spec.role, ...spec.labels };
      const found = { id: this.newId(), name: spec.name, lab: spec.lab, subnet: spec.subnet, labels };
      this.networks.set(spec.name, found);
      this.tell({ kind: 'network', action: 'create', lab: spec.lab, name: spec.name, id: found.id });
      return found;
    });
  }

  removeNetwork(name: string): Promise<void> {
    return this.call('removeNetwork', [name], () => {
      const network = this.networks.get(name);
      if (network === undefined) return;
      const users = [...this.nodes.values()].filter(
        ({ found }) => found.state !== 'stopped' && found.attached.some((end) => end.network === name),
      );
      if (users.some(({ found }) => found.state !== 'created')) {
        throw conflict(`Nodes are still attached to the network ${name}.`);
      }
      this.networks.delete(name);
      this.tell({ kind: 'network', action: 'destroy', lab: network.lab, name, id: network.id });
    });
  }

  subnets(): Promise<readonly { readonly subnet: string; readonly name: string }[]> {
    return this.call('subnets', [], () => [...this.networks.values()].map(({ subnet, name }) => ({ subnet, name })));
  }

  createNode(spec: NodeSpec, signal: AbortSignal): Promise<string> {
    return this.call('createNode', [spec.name], () => {
      alive(signal);
      if ([...this.nodes.values()].some(({ found }) => found.name === spec.name)) {
        throw conflict(`The name ${spec.name} is in use.`);
      }
      if (!this.images.has(spec.image)) throw new LabError('image/unavailable', `There is no image ${spec.image}.`);
      for (const { name } of spec.networks) this.needNetwork(name);
      const files = this.makeVolumes(spec);
      const id = this.newId();
      const found = newFound(spec, id, this.now());
      this.nodes.set(id, { found, spec, files, processes: new Set(), life: new AbortController() });
      this.tellNode(found, 'create');
      return id;
    });
  }

  start(id: string): Promise<void> {
    return this.call('start', [this.nameOf(id)], () => {
      const node = this.need(id);
      if (node.found.state === 'running' || node.found.state === 'paused') return;
      node.life = new AbortController();
      this.become(node, { state: 'running', since: this.now(), exitCode: null });
      node.found.attached.forEach(() => this.tellNode(node.found, 'connect'));
      this.tellNode(node.found, 'start');
    });
  }

  stop(id: string, graceSeconds: number): Promise<void> {
    return this.call('stop', [this.nameOf(id), String(graceSeconds)], () => {
      const node = this.need(id);
      if (!runs(node)) return;
      this.tellNode(node.found, 'kill');
      this.end(node, 143);
      this.tellNode(node.found, 'stop');
    });
  }

  kill(id: string): Promise<void> {
    return this.call('kill', [this.nameOf(id)], () => {
      const node = this.need(id);
      if (!runs(node)) return;
      this.tellNode(node.found, 'kill');
      this.end(node, 137);
    });
  }

  pause(id: string): Promise<void> {
    return this.call('pause', [this.nameOf(id)], () => {
      const node = this.need(id);
      if (node.found.state === 'paused') return;
      if (!runs(node)) throw notRunning(node);
      this.become(node, { state: 'paused', since: null });
      this.tellNode(node.found, 'pause');
    });
  }

  unpause(id: string): Promise<void> {
    return this.call('unpause', [this.nameOf(id)], () => {
      const node = this.need(id);
      if (node.found.state === 'running') return;
      if (!runs(node)) throw notRunning(node);
      this.become(node, { state: 'running', since: this.now() });
      this.tellNode(node.found, 'unpause');
    });
  }

  removeNode(id: string, { keepVolumes = false }: { readonly keepVolumes?: boolean } = {}): Promise<void> {
    return this.call('removeNode', [this.nameOf(id)], () => {
      const node = this.nodes.get(id);
      if (node === undefined) return;
      for (const { name, path } of node.spec.volumes ?? []) {
        const files = new Map([...node.files].filter(([file]) => file.startsWith(`${path}/`)));
        if (keepVolumes) this.labVolumes.set(name, { lab: node.spec.lab, node: node.spec.node, files });
        else this.labVolumes.delete(name);
      }
      if (runs(node)) {
        this.tellNode(node.found, 'kill');
        this.end(node, 137);
      }
      this.nodes.delete(id);
      this.tellNode(node.found, 'destroy');
    });
  }

  connect(id: string, network: string, address: string): Promise<void> {
    return this.call('connect', [this.nameOf(id), network, address], () => {
      const node = this.need(id);
      this.needNetwork(network);
      if (node.found.attached.some((end) => end.network === network)) return;
      const attached = [...node.found.attached, { network, address }];
      this.become(node, { attached: attached.sort((a, b) => a.network.localeCompare(b.network)) });
      if (runs(node)) this.tellNode(node.found, 'connect');
    });
  }

  disconnect(id: string, network: string): Promise<void> {
    return this.call('disconnect', [this.nameOf(id), network], () => {
      const node = this.need(id);
      if (!node.found.attached.some((end) => end.network === network)) return;
      this.become(node, { attached: node.found.attached.filter((end) => end.network !== network) });
      if (runs(node)) this.tellNode(node.found, 'disconnect');
    });
  }

  exec(id: string, command: readonly string[], options: ExecOptions): Promise<ExecResult> {
    return this.call('exec', [this.nameOf(id), ...command], () => {
      const node = this.need(id);
      if (node.found.state !== 'running') throw notRunning(node);
      return playExec({ node: node.found, command, options }, node.life.signal, (exec) => this.onExec(exec));
    });
  }

  attach(id: string, command: readonly string[], options: AttachOptions): Promise<Attached> {
    return this.call('attach', [this.nameOf(id), ...command], () => {
      const node = this.need(id);
      if (node.found.state !== 'running') throw notRunning(node);
      const process = new FakeProcess(node.found, command, options);
      node.processes.add(process);
      process.onEnd(() => node.processes.delete(process));
      options.signal?.addEventListener('abort', () => void process.kill(), { once: true });
      this.onAttach(process);
      return process;
    });
  }

  copyInto(
    id: string,
    files: readonly { readonly path: string; readonly content: string | Uint8Array; readonly mode: number }[],
  ): Promise<void> {
    return this.call('copyInto', [this.nameOf(id), ...files.map(({ path }) => path)], () => {
      const node = this.need(id);
      for (const { path, content } of files) node.files.set(path, Buffer.from(content));
    });
  }

  copyFrom(id: string, path: string): Promise<Uint8Array | null> {
    return this.call('copyFrom', [this.nameOf(id), path], () => this.need(id).files.get(path) ?? null);
  }

  list(lab?: string): Promise<Found> {
    if (this.away) return Promise.resolve({ nodes: [], networks: [], missing: ['fake: The engine is away.'] });
    return this.call('list', lab === undefined ? [] : [lab], () => {
      const ours = (item: { readonly lab: string }) => (lab === undefined ? item.lab !== '' : item.lab === lab);
      const nodes = [...this.nodes.values()].map(({ found }) => found).filter(ours);
      nodes.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
      return { nodes, networks: [...this.networks.values()].filter(ours), missing: [] };
    });
  }

  look(id: string): Promise<FoundNode | null> {
    return this.call('look', [this.nameOf(id)], () => this.nodes.get(id)?.found ?? null);
  }

  events(onEvent: (event: EngineEvent) => void, onEnd: () => void, signal: AbortSignal): Promise<void> {
    return this.call('events', [], () => {
      const listener = { onEvent, onEnd };
      this.listeners.add(listener);
      signal.addEventListener('abort', () => this.listeners.delete(listener), { once: true });
    });
  }

  stats(id: string): Promise<{ readonly cpuPercent: number; readonly memoryMiB: number }> {
    return this.call('stats', [this.nameOf(id)], () => {
      if (!runs(this.need(id))) throw notRunning(this.need(id));
      return this.usage;
    });
  }

  volumes(lab: string): Promise<readonly string[]> {
    return this.call('volumes', [lab], () =>
      [...this.labVolumes].flatMap(([name, volume]) => (volume.lab === lab ? [name] : [])),
    );
  }

  removeVolume(name: string): Promise<void> {
    return this.call('removeVolume', [name], () => {
      if ([...this.nodes.values()].some(({ spec }) => spec.volumes?.some((volume) => volume.name === name))) {
        throw conflict(`The volume ${name} is in use.`);
      }
      this.labVolumes.delete(name);
    });
  }

  /** Files of the volumes that are taken over. */
  private makeVolumes({ lab, node, volumes = [], takesOver }: NodeSpec): Map<string, Uint8Array> {
    const files = new Map<string, Uint8Array>();
    for (const { name } of volumes) {
      const there = this.labVolumes.get(name);
      if (there !== undefined && (there.lab !== lab || there.node !== node)) {
        throw conflict(`A volume named ${name} is there already.`);
      }
      if (there !== undefined && takesOver === true) there.files.forEach((content, path) => files.set(path, content));
      else this.labVolumes.set(name, { lab, node, files: new Map() });
    }
    return files;
  }

  close(): void {
    this.listeners.clear();
  }

  private async call<T>(method: keyof Engine, words: readonly string[], act: () => T | Promise<T>): Promise<T> {
    this.calls.push([method, ...words].join(' '));
    await Promise.resolve();
    if (this.away) throw new LabError('engine/unreachable', 'The engine is away.');
    for (const failure of this.failures.filter((each) => each.method === method)) {
      failure.left -= 1;
      if (failure.left === 0) throw failure.error;
    }
    return act();
  }

  private end(node: FakeNode, exitCode: number): void {
    this.become(node, { state: 'stopped', since: this.now(), exitCode });
    node.life.abort();
    for (const process of node.processes) process.exit(null);
    this.tellNode(node.found, 'die', exitCode);
    node.found.attached.forEach(() => this.tellNode(node.found, 'disconnect'));
  }

  private become(node: FakeNode, change: Partial<FoundNode>): void {
    node.found = { ...node.found, ...change };
  }

  private tellNode(found: FoundNode, action: string, exitCode: number | null = null): void {
    this.tell({ kind: 'node', action, lab: found.lab, name: found.node, id: found.id }, exitCode);
  }

  private tell(event: Omit<EngineEvent, 'at' | 'exitCode'>, exitCode: number | null = null): void {
    const listeners = [...this.listeners];
    const whole = { ...event, at: this.now(), exitCode };
    queueMicrotask(() => {
      for (const { onEvent } of listeners) onEvent(whole);
    });
  }

  private need(id: string): FakeNode {
    const node = this.nodes.get(id) ?? [...this.nodes.values()].find(({ found }) => found.name === id);
    if (node === undefined) throw new LabError('engine/not-found', `No such container: ${id}`);
    return node;
  }

  private needNetwork(name: string): void {
    if (!this.networks.has(name)) throw new LabError('engine/not-found', `network ${name} not found`);
  }

  private nameOf(id: string): string {
    return this.nodes.get(id)?.found.name ?? id;
  }

  private newId(): string {
    this.count += 1;
    return this.count.toString(16).padStart(64, '0');
  }
}
