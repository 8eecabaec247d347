import type { DatabaseView } from '../../../shared/database.ts';
import type { Millis, NodeState } from '../../../shared/lab.ts';
import { quorumOf } from '../../../shared/quorum.ts';
import { DatabaseSource, type OvnDatabase, type SourceChange } from './database-source.ts';
import type { NodeSockets } from '../node-sockets.ts';
import { nodeTimers } from '../node-timers.ts';
import { replicaOf } from './replica.ts';

/** A node as the watches of its databases need it. */
export interface WatchedNode {
  readonly id: string;
  readonly name: string;
  readonly state: NodeState;
  /** When it started; a new start means new daemons. */
  readonly since: Millis | null;
  /** Its addresses on networks it is cut from. */
  readonly detached: readonly string[];
}

/** What a watch cannot know from its own sources. */
export interface Surroundings {
  nodeAt(address: string): string | null;
  nodeAnswers(node: string): boolean;
  memberRole(node: string): string | null;
}

const pace = { calm: 3000, electing: 150, hopeless: 1000 };
/** After so long without agreement an election is no news any more. */
const patience = 30_000;

/** One database over all nodes. */
export class DatabaseWatch {
  readonly #sources = new Map<string, { readonly node: WatchedNode; readonly source: DatabaseSource }>();
  /** Nodes that ran when this began to look. The silence of one that starts later is its own. */
  #firstLook: Set<string> | null = null;
  #nodes: readonly WatchedNode[] = [];
  #leaderlessSince: Millis | null = null;
  #hadLeader = false;
  #unsettledSince: Millis | null = null;
  #stopPatience: () => void = () => {};
  #view: DatabaseView | null = null;

  constructor(
    readonly database: OvnDatabase,
    private readonly options: {
      readonly sockets: (nodeId: string) => NodeSockets;
      readonly now: () => Millis;
      readonly surroundings: Surroundings;
      readonly onChange: () => void;
    },
  ) {}

  get sources(): readonly DatabaseSource[] {
    return [...this.#sources.values()].map(({ source }) => source);
  }

  /** Opens and closes sources; a stopped node keeps its last facts. */
  nodes(nodes: readonly WatchedNode[]): void {
    this.#nodes = nodes;
    this.#firstLook ??= new Set(nodes.filter((node) => node.state === 'running').map((node) => node.name));
    for (const [name, { source }] of this.#sources)
      if (!nodes.some((node) => node.name === name)) {
        source.close();
        this.#sources.delete(name);
      }
    for (const node of nodes) {
      const open = this.#sources.get(node.name);
      const runs = node.state === 'running' || node.state === 'paused';
      // An engine out of reach says nothing of its nodes: what is open stays, and ends by itself if it must.
      if (node.state === 'unreachable') continue;
      const restarted =
        open !== undefined && (open.node.id !== node.id || (node.since !== null && open.node.since !== node.since));
      if (open !== undefined && (!runs || restarted)) {
        open.source.close();
        this.#firstLook.delete(node.name);
      }
      if (runs && (open === undefined || restarted)) this.#open(node);
    }
    this.#changed('row');
  }

  view(): DatabaseView {
    this.#view ??= this.#build();
    return this.#view;
  }

  /** The first answer of that node is waited for, and no question has failed: its silence means nothing yet. */
  asking(node: string): boolean {
    const state = this.#nodes.find((one) => one.name === node)?.state;
    return (
      state === 'running' && this.#firstLook?.has(node) === true && this.#sources.get(node)?.source.asking === true
    );
  }

  /** What surrounds it changed (members, other sources). */
  refresh(): void {
    this.#view = null;
  }

  close(): void {
    this.#stopPatience();
    for (const { source } of this.#sources.values()) source.close();
    this.#sources.clear();
  }

  #open(node: WatchedNode): void {
    const { sockets, now } = this.options;
    const source: DatabaseSource = new DatabaseSource({
      sockets: sockets(node.id),
      node: node.name,
      database: this.database,
      now,
      onChange: (what) => {
        if (this.#sources.get(node.name)?.source === source) this.#changed(what);
      },
    });
    this.#sources.set(node.name, { node, source });
  }

  #changed(what: SourceChange): void {
    this.#view = null;
    if (what !== 'facts') this.#weigh();
    if (what === 'row') for (const { source } of this.#sources.values()) void source.ask();
    this.options.onChange();
  }

  /**
   * Followers are not told by a push whom they follow now. So at each change of a row all are asked, and as long as somebody is without a
   * leader or names another, they are asked often.
   */
  #weigh(): void {
    const { now } = this.options;
    const quorum = quorumOf(this.view());
    const before = this.#leaderlessSince;
    if (quorum.leader !== null) {
      this.#hadLeader = true;
      this.#leaderlessSince = null;
    } else if (this.#hadLeader) this.#leaderlessSince ??= now();
    if (before !== this.#leaderlessSince) this.#view = null;

    const waiting = this.view().replicas.some(
      (replica) =>
        replica.answers && replica.votes === true && (replica.leads ? replica.node : replica.leader) === null,
    );
    const settled = quorum.leader !== null && quorum.disagreement === null && !waiting;
    if (settled || quorum.state === 'unknown') {
      this.#unsettledSince = null;
      this.#stopPatience();
      this.#setPace(pace.calm);
      return;
    }
    if (this.#unsettledSince === null) {
      this.#unsettledSince = now();
      this.#setPace(pace.electing);
      this.#stopPatience();
      this.#stopPatience = nodeTimers.after(patience, () => this.#setPace(pace.hopeless));
    }
  }

  #setPace(ms: number): void {
    for (const { source } of this.#sources.values()) source.setPace(ms);
  }

  #build(): DatabaseView {
    const { surroundings } = this.options;
    const { id, title, short } = this.database;
    const replicas = this.#nodes.map((node) => {
      const source = this.#sources.get(node.name)?.source;
      const runs = node.state === 'running' || node.state === 'paused';
      return replicaOf({
        node: node.name,
        state: node.state,
        detached: node.detached,
        answers: runs && node.state !== 'paused' && source?.answers === true,
        asking: this.asking(node.name),
        absent: source?.absent ?? false,
        nodeAnswers: surroundings.nodeAnswers(node.name),
        heardAt: source?.heardAt ?? null,
        row: source?.row ?? null,
        status: source?.status ?? null,
        left: source?.left ?? false,
        // The product's list of members tells the roles of its own database, not of OVN's.
        memberRole: this.database.id === 'cluster' ? surroundings.memberRole(node.name) : null,
        nodeAt: (address) => surroundings.nodeAt(address),
      });
    });
    const timers = this.sources.flatMap((source) => source.status?.electionTimer ?? []);
    return {
      id,
      title,
      short,
      protocol: 'ovsdb-raft',
      electionTimer: timers[0] ?? null,
      replicas,
      ...(this.#leaderlessSince === null ? {} : { leaderlessSince: this.#leaderlessSince }),
    };
  }
}
