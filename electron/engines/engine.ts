import type { EngineHealth } from '../../shared/engine.ts';
import type { Millis, NodeState } from '../../shared/lab.ts';

/**
 * What a node needs, by meaning; an engine translates it (`docker-needs.ts`: capabilities, devices, open paths).
 * - `net-admin`: makes bridges, gives addresses. `net-settings`: writes `/proc/sys/net` of its own network.
 * - `net-raw`: raw and packet sockets. `tun`: tun devices. `low-ports`: listens below port 1024.
 * - `all-files`: gives files to other users and works on theirs. `other-users`: runs programs as other users, and ends them.
 * - `containers`: runs containers of its own. Root of such a node can take over the machine it runs on.
 */
export type Need =
  'net-admin' | 'net-raw' | 'tun' | 'net-settings' | 'low-ports' | 'all-files' | 'other-users' | 'containers';

export interface NetworkSpec {
  /** Full name, unique in the engine, e.g. `microovn-1-mgmt`. */
  readonly name: string;
  readonly lab: string;
  /** `mgmt`, `underlay`. */
  readonly role: string;
  /** CIDR, e.g. `172.28.31.0/24`. */
  readonly subnet: string;
  /** No route to the outside. */
  readonly internal: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

export interface NodeSpec {
  /** Container name, unique in the engine, e.g. `microovn-1-node-1`. */
  readonly name: string;
  readonly lab: string;
  /** Short name and host name, e.g. `node-1`. */
  readonly node: string;
  readonly image: string;
  /** In the order the interfaces are to appear (eth0, eth1); every address is static. */
  readonly networks: readonly { readonly name: string; readonly address: string }[];
  readonly needs: readonly Need[];
  readonly memoryMiB: number;
  readonly pids: number;
  /** Folders that outlive the container, e.g. `/var/lib/lxd` where the node's image is to change under its data. */
  readonly volumes?: readonly VolumeSpec[];
  /** The volumes of an earlier container of this node are taken over with what is in them; else a leftover is removed first. */
  readonly takesOver?: boolean;
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

export interface VolumeSpec {
  /** Full name, unique in the engine, e.g. `lxd-1-node-1-data`. */
  readonly name: string;
  /** Where it is in the node. */
  readonly path: string;
}

export interface FoundNode {
  readonly id: string;
  readonly name: string;
  readonly lab: string;
  readonly node: string;
  readonly state: NodeState;
  readonly since: Millis | null;
  readonly exitCode: number | null;
  readonly createdAt: Millis;
  readonly memoryMiB: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Networks it is attached to now, with its address there (also while stopped). */
  readonly attached: readonly { readonly network: string; readonly address: string }[];
}

export interface FoundNetwork {
  readonly id: string;
  readonly name: string;
  readonly lab: string;
  readonly subnet: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What was found, and what could not be asked: an absent engine is not an empty one. */
export interface Found {
  readonly nodes: readonly FoundNode[];
  readonly networks: readonly FoundNetwork[];
  readonly missing: readonly string[];
}

export interface ExecResult {
  /** Exit code of the command; 124 or 137 with `timedOut` when its deadline ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export interface ExecOptions {
  /** Milliseconds; the command is killed in the node at this deadline. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
  readonly stdin?: string;
  /** Called with each piece as it comes, both streams in order. */
  readonly onOutput?: (text: string) => void;
}

/** A command in a node with its streams. */
export interface Attached {
  write(bytes: Uint8Array): void;
  /** Half-close: the command sees end of file. */
  endInput(): void;
  /** Bytes of stdout (tty: of the terminal). Pausing holds the command back. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Bytes of stderr; never with a tty. */
  onError(listener: (bytes: Uint8Array) => void): void;
  /** Comes once; `exitCode` is null when the node died or the stream broke. */
  onEnd(listener: (exitCode: number | null) => void): void;
  pause(): void;
  resume(): void;
  resize(cols: number, rows: number): Promise<void>;
  /** Ends the command in the node (SIGHUP, then SIGKILL) and closes the streams. */
  kill(): Promise<void>;
}

export interface AttachOptions {
  readonly tty: boolean;
  readonly cols?: number;
  readonly rows?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface EngineEvent {
  readonly at: Millis;
  readonly kind: 'node' | 'network';
  /**
   * `create` `start` `die` `kill` `stop` `pause` `unpause` `destroy` `oom` `connect` `disconnect`. The last two are events of the node
   * (kind `node`), also at each start and end of it. Podman tells neither `stop` nor what happens to networks themselves.
   */
  readonly action: string;
  readonly lab: string;
  /** Short node name, or full network name. */
  readonly name: string;
  readonly id: string;
  readonly exitCode: number | null;
}

/** What an engine can do beyond the common ground; a recipe that needs more is refused before anything is created. */
export interface EngineTraits {
  readonly kind: 'docker' | 'podman' | 'fake';
  /** The command a user would type, e.g. `docker`. */
  readonly cli: string;
  readonly canPause: boolean;
  /** False on engines that cannot give tun devices. */
  readonly tun: boolean;
}

export interface ImageSource {
  /** Full tag, e.g. `quorate/ovn:3f2a9c81`. */
  readonly tag: string;
  /** Tar of a build context with a plain Dockerfile, or of a root file system. */
  readonly tar: NodeJS.ReadableStream;
}

/** An image of Quorate. */
export interface FoundImage {
  /** E.g. `quorate/ovn:3f2a9c81`. */
  readonly tag: string;
  /** Names of the containers made of it, ours or not, running or not. */
  readonly usedBy: readonly string[];
}

/**
 * A place labs run. Speaks of nodes and networks, never of a product. Objects without our labels are never touched. Every call has a
 * deadline of its own or takes a signal. Errors are LabErrors `engine/*`; removing what is not there is no error.
 */
export interface Engine {
  readonly traits: EngineTraits;
  health(): Promise<EngineHealth>;

  hasImage(tag: string): Promise<boolean>;
  /** @throws LabError 'image/unavailable' when no registry has it or can be reached */
  pullImage(tag: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void>;
  importImage(source: ImageSource, signal: AbortSignal): Promise<void>;
  /** @throws LabError 'image/build-failed' with the end of the log */
  buildImage(source: ImageSource, onLine: (line: string) => void, signal: AbortSignal): Promise<void>;
  /** Removing what is not there is no error. @throws LabError 'engine/conflict' while a container uses it */
  removeImage(tag: string): Promise<void>;
  /** Every image whose name begins with `quorate/`. */
  listImages(): Promise<readonly FoundImage[]>;

  /** @throws LabError 'engine/subnet-taken' | 'engine/conflict' */
  createNetwork(spec: NetworkSpec, signal: AbortSignal): Promise<FoundNetwork>;
  removeNetwork(name: string): Promise<void>;
  /** All subnets the engine's networks use, ours or not. */
  subnets(): Promise<readonly { readonly subnet: string; readonly name: string }[]>;

  /** Creates without starting. Returns the id. @throws LabError 'engine/conflict' */
  createNode(spec: NodeSpec, signal: AbortSignal): Promise<string>;
  /** Ready when the first process runs. Starting what runs is no error. */
  start(id: string): Promise<void>;
  /** SIGTERM, then SIGKILL after `graceSeconds`. */
  stop(id: string, graceSeconds: number): Promise<void>;
  kill(id: string): Promise<void>;
  pause(id: string): Promise<void>;
  unpause(id: string): Promise<void>;
  /** Removes the node, running or not, with its volumes; `keepVolumes` leaves those of `NodeSpec.volumes` for the next container. */
  removeNode(id: string, options?: { readonly keepVolumes?: boolean }): Promise<void>;
  /** Attaches to a network with that static address; attached already is no error. */
  connect(id: string, network: string, address: string): Promise<void>;
  disconnect(id: string, network: string): Promise<void>;

  /** A non-zero exit is a result, not a throw. @throws LabError 'node/not-running' */
  exec(id: string, command: readonly string[], options: ExecOptions): Promise<ExecResult>;
  attach(id: string, command: readonly string[], options: AttachOptions): Promise<Attached>;
  /** Writes files; `mode` is octal, owner root. Not below `/run`, which is a tmpfs. */
  copyInto(
    id: string,
    files: readonly { readonly path: string; readonly content: string | Uint8Array; readonly mode: number }[],
  ): Promise<void>;
  /** Contents of one file, or null. */
  copyFrom(id: string, path: string): Promise<Uint8Array | null>;

  /** By label; of one lab, or of all. Never throws for an engine that is away: see `missing`. */
  list(lab?: string): Promise<Found>;
  /** One node as it is now; null when it is gone or not ours. @throws LabError 'engine/unreachable' */
  look(id: string): Promise<FoundNode | null>;
  /** Of nodes and networks with our labels, until the signal fires or the connection ends (`onEnd`). */
  events(onEvent: (event: EngineEvent) => void, onEnd: () => void, signal: AbortSignal): Promise<void>;
  stats(id: string): Promise<{ readonly cpuPercent: number; readonly memoryMiB: number }>;
  /** Everything this engine holds that carries our labels of that lab, ready to be shown in a receipt. */
  volumes(lab: string): Promise<readonly string[]>;
  removeVolume(name: string): Promise<void>;
  close(): void;
}
