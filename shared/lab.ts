import type { DatabaseView } from './database.ts';
import type { LabRequest } from './request.ts';

/** A time in milliseconds since 1970 by the clock of the backend. */
export type Millis = number;

/**
 * A fact and where it came from. `at` is the time of the last answer, kept while the source is silent: then `answers` is
 * false and the value is what was last known, to be shown as such and never as the present.
 */
export interface Observed {
  /** The program or file that said it, e.g. `ovn-appctl cluster/status`. */
  readonly source: string;
  /** Last answer; null when it never answered. */
  readonly observedAt: Millis | null;
  readonly answers: boolean;
  /** Set while its first answer is waited for and no question has failed yet. */
  readonly asking?: true;
}

/** What the engine says of a node. `gone`: was there and no longer is. `unreachable`: the engine itself could not be asked. */
export type NodeState = 'created' | 'running' | 'paused' | 'stopped' | 'gone' | 'unreachable';

export interface NodeAddress {
  /** Full engine name of the network, e.g. `microovn-1-mgmt`. */
  readonly network: string;
  /** IPv4 without prefix length; the address the node has by its labels, also while cut. */
  readonly address: string;
  /** False while the node is cut from this network. */
  readonly connected: boolean;
}

export interface NodeUsage {
  /** Percent of one core. */
  readonly cpuPercent: number;
  readonly memoryMiB: number;
  readonly observedAt: Millis;
}

export interface NodeView {
  /** Short name and host name, e.g. `node-1`. */
  readonly name: string;
  /** Engine id of the container. */
  readonly id: string;
  readonly state: NodeState;
  /** When the engine says this state began; null when it does not say. */
  readonly since: Millis | null;
  /** Of the last end; null while it never ended. */
  readonly exitCode: number | null;
  /** How it ended, when Quorate or the engine saw it: `killed`, `stopped`, `out of memory`. */
  readonly ended: string | null;
  /** True when the user cut its networks. */
  readonly cut: boolean;
  readonly addresses: readonly NodeAddress[];
  /** Services as the product lists them, e.g. `central`, `chassis`, `switch`; empty while unknown. */
  readonly services: readonly string[];
  readonly usage: NodeUsage | null;
  readonly memoryLimitMiB: number;
  /** Whether the node answers its observers (a paused node runs and does not answer). */
  readonly answers: Observed;
}

export interface NetworkView {
  readonly name: string;
  readonly id: string;
  /** `mgmt` carries databases and daemons, `underlay` the tunnels. */
  readonly role: string;
  readonly title: string;
  /** CIDR, e.g. `172.28.31.0/24`. */
  readonly subnet: string;
}

/** A tunnel between two nodes, as the ends report it. */
export interface TunnelView {
  readonly from: string;
  readonly to: string;
  /** `geneve` */
  readonly type: string;
  /** `up` when both ends report it, `half` when one does, `down` when an end is not running or cut, else `unknown`. */
  readonly state: 'up' | 'half' | 'down' | 'unknown';
}

/** A member in the product's own words. */
export interface MemberView extends Observed {
  readonly name: string;
  readonly address: string;
  /** As printed, e.g. `PENDING`, `voter`, `stand-by`, `spare`. */
  readonly role: string;
  /** As printed, e.g. `ONLINE`, `UNREACHABLE`; null where the product does not say without asking all. */
  readonly status: string | null;
  /** The product's own sentence on that status, e.g. LXD's `Fully operational`; absent where it has none. */
  readonly message?: string;
  /** Further words of the product on it, in order, e.g. `Failure domain` `rack-1`. */
  readonly facts?: readonly Fact[];
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** What a product keeps on its members: instances, storage pools, networks, images, volumes. */
export interface EntityView {
  /** In the product's word, singular, e.g. `instance`, `storage pool`. */
  readonly kind: string;
  readonly name: string;
  /** As printed, e.g. `Running`, `Created`, `Pending`; null where it has none. */
  readonly state: string | null;
  /** Defined and not yet created, by the product's own word. */
  readonly pending: boolean;
  /** Nodes that hold it, each with its own state where the product tells one by one. */
  readonly on: readonly { readonly node: string; readonly state: string | null }[];
  readonly facts: readonly Fact[];
}

/** What the product says it keeps, and who said it. */
export interface EntitiesView extends Observed {
  readonly entities: readonly EntityView[];
}

export interface LogicalPortView {
  readonly name: string;
  /** Logical switch or router it belongs to. */
  readonly parent: string;
  /** `''` for a plain port, else OVN's type, e.g. `router`, `localnet`. */
  readonly type: string;
  readonly addresses: readonly string[];
  /** The router port a switch port of type `router` leads to (ovn-nb(5), `options:router-port`); absent elsewhere. */
  readonly peer?: string;
  /** Node the port is bound to, null while unbound. */
  readonly node: string | null;
  readonly up: boolean | null;
}

export interface ChassisView {
  readonly name: string;
  readonly hostname: string;
  readonly encapType: string;
  readonly encapIp: string;
}

export interface LogicalView {
  readonly switches: readonly { readonly name: string; readonly ports: number }[];
  readonly routers: readonly { readonly name: string; readonly ports: number }[];
  readonly ports: readonly LogicalPortView[];
  readonly chassis: readonly ChassisView[];
  readonly nb: Observed;
  readonly sb: Observed;
}

/** Something the user should know, with the way out. `node` and `database` tell where to show it. */
export interface Warning {
  /** Stable, e.g. `node/not-a-member`. */
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
  readonly node?: string;
  readonly database?: string;
}

/**
 * `forming`: a run of this backend is building it. `complete`: every node is a member, or none is to be one. `incomplete`: something was left
 * half done (a crash, a failed or kept run); it can be finished or destroyed. `unknown`: not observed yet.
 */
export type LabState = 'forming' | 'complete' | 'incomplete' | 'unknown';

/** One plain snapshot of a lab: what `inspect --json` prints and what the lab screen shows. */
export interface LabView {
  readonly name: string;
  readonly request: LabRequest;
  readonly recipeTitle: string;
  readonly createdAt: Millis | null;
  readonly state: LabState;
  /** The run that is changing this lab now, if it belongs to this backend. */
  readonly runId: string | null;
  /** True while observers are at work; a lab nobody looks at is not observed. */
  readonly observed: boolean;
  readonly nodes: readonly NodeView[];
  readonly networks: readonly NetworkView[];
  readonly tunnels: readonly TunnelView[];
  readonly members: readonly MemberView[];
  readonly databases: readonly DatabaseView[];
  readonly logical: LogicalView;
  /** Null for products that keep nothing of the kind: they have a logical network instead. */
  readonly entities: EntitiesView | null;
  readonly warnings: readonly Warning[];
  readonly at: Millis;
}

/** A lab as it was seen at a moment, and how long nothing but ages and figures (usage, index, log) changed; the figures are null. */
export interface PastView {
  /** Null before the record begins, for what was let go again, and while nobody looked. */
  readonly view: LabView | null;
  /** When that was first seen; null before the record begins. */
  readonly from: Millis | null;
  /** When it was followed by another, else the time of the answer. */
  readonly until: Millis;
}

/** A lab in a list: what the engine's labels alone tell. */
export interface LabSummary {
  readonly name: string;
  readonly recipe: string;
  readonly recipeTitle: string;
  readonly createdAt: Millis | null;
  readonly nodes: readonly { readonly name: string; readonly state: NodeState; readonly cut: boolean }[];
  /** From the last observation while someone looked; empty when never observed. */
  readonly databases: readonly DatabaseView[];
  readonly state: LabState;
  readonly runId: string | null;
  readonly warnings: readonly Warning[];
}
