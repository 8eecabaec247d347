import type { DatabaseView } from '../../../shared/database.ts';
import type { EntitiesView, Millis, Observed } from '../../../shared/lab.ts';
import { quorumOf } from '../../../shared/quorum.ts';
import type { FoundNode } from '../../engines/engine.ts';
import { detachedAddresses, hostOf, labelledAddresses } from '../addresses.ts';
import { NodeSockets } from '../node-sockets.ts';
import type { Observations, ObserveContext, Observer } from '../observer.ts';
import { ClusterSource } from './cluster-source.ts';
import { memberView } from './cluster-members.ts';
import { DaemonSource } from './daemon-source.ts';
import { readEntities } from './entities.ts';
import type { RaftNode } from './raft-node.ts';
import { replicaOf } from './replica.ts';
import type { LxdSources } from './sources.ts';
import { textOf } from './sql-results.ts';
import { LxdWarnings } from './warnings.ts';

/** A source keeps to one life of one node. */
interface Open {
  readonly node: FoundNode;
  readonly sockets: NodeSockets;
  readonly source: DaemonSource;
}

/** Opens the sources of a lab with LXD or Incus: each node's daemon and dqlite, and on one that answers what is the same for all. */
export function observeLxd(context: ObserveContext, sources: LxdSources): Observer {
  return new LxdObserver(context, sources);
}

class LxdObserver implements Observer {
  #nodes: readonly FoundNode[] = [];
  #nodeByAddress: ReadonlyMap<string, string> = new Map();
  readonly #open = new Map<string, Open>();
  /** Nodes that ran when it began to look: only their silence means nothing yet. */
  #firstLook: Set<string> | null = null;
  readonly #cluster: ClusterSource;
  readonly #warnings = new LxdWarnings();
  /** Leader and tellers when the cluster was last asked because of them. */
  #askedFor = '';
  #hadLeader = false;
  #leaderlessSince: Millis | null = null;
  #still = false;
  #closed = false;

  constructor(
    private readonly context: ObserveContext,
    private readonly sources: LxdSources,
  ) {
    const { now } = context;
    this.#cluster = new ClusterSource({
      sources,
      now,
      tellers: () => this.#tellers(),
      steadyTellers: () => this.#tellers().filter(({ opinion }) => opinion?.steady === true),
      onChange: () => this.#changed(),
    });
  }

  nodes(nodes: readonly FoundNode[]): void {
    this.#nodes = nodes;
    this.#nodeByAddress = new Map(
      nodes.flatMap((node) => [...labelledAddresses(node).values()].map((address) => [address, node.node] as const)),
    );
    this.#firstLook ??= new Set(nodes.filter((node) => node.state === 'running').map((node) => node.node));
    // One change for all: a view in between would show the node in two states at once.
    this.#still = true;
    for (const [name, open] of this.#open) {
      const next = nodes.find((node) => node.node === name);
      // An engine out of reach says nothing of its nodes: what is open stays, and ends by itself if it must.
      if (next?.state === 'unreachable') continue;
      const runs = next?.state === 'running' || next?.state === 'paused';
      const same = next?.id === open.node.id && (next.since === null || next.since === open.node.since);
      if (!runs || !same) this.#shut(open);
      if (next === undefined || (runs && !same)) this.#open.delete(name);
    }
    for (const node of nodes) {
      if (node.state !== 'running' && node.state !== 'paused') continue;
      const open = this.#open.get(node.node) ?? this.#begin(node);
      open.source.freeze(node.state === 'paused');
    }
    this.#still = false;
    this.#changed();
  }

  current(): Observations {
    return this.#build();
  }

  settled(): boolean {
    const running = this.#nodes.filter((node) => node.state === 'running');
    return (
      running.every(({ node }) => this.#open.get(node)?.source.settled !== false) &&
      // Who has just named a leader is about to be asked for more.
      this.#tellers().every(({ opinion }) => opinion === null || opinion.leader === null || opinion.steady) &&
      this.#cluster.members.settled &&
      this.#cluster.kept.settled
    );
  }

  close(): void {
    this.#closed = true;
    this.#cluster.close();
    for (const open of this.#open.values()) this.#shut(open);
  }

  #begin(node: FoundNode): Open {
    const { engine, now } = this.context;
    const sockets = new NodeSockets(engine, node.id);
    const source = new DaemonSource({
      engine,
      sockets,
      sources: this.sources,
      nodeId: node.id,
      since: node.since,
      addresses: [...labelledAddresses(node).values()],
      node: node.node,
      now,
      onChange: () => this.#changed(),
      onEvent: (action) => this.#cluster.event(action),
    });
    const open = { node, sockets, source };
    this.#open.set(node.node, open);
    return open;
  }

  #shut({ node, sockets, source }: Open): void {
    this.#firstLook?.delete(node.node);
    source.close();
    sockets.close();
  }

  #changed(): void {
    if (this.#closed || this.#still) return;
    const leader = quorumOf(this.#database()).leader;
    if (leader !== null) {
      this.#hadLeader = true;
      this.#leaderlessSince = null;
    } else if (this.#hadLeader) this.#leaderlessSince ??= this.context.now();
    const tellers = this.#tellers().map(({ node, opinion }) => `${node}${opinion?.steady === true ? '' : '?'}`);
    const askedFor = [leader ?? '', ...tellers].join(' ');
    if (askedFor !== this.#askedFor) {
      this.#askedFor = askedFor;
      this.#cluster.members.now();
      this.#cluster.kept.now();
    }
    this.context.onChange();
  }

  /** Nodes of the cluster whose daemon answers: the leader first, which hears every heartbeat, and who is cut only where nobody else is. */
  #tellers(): readonly DaemonSource[] {
    const all = this.#nodes.flatMap((node) => {
      const source = this.#source(node);
      if (source === null || source.self === null) return [];
      return [{ source, rank: (detachedAddresses(node).length > 0 ? 2 : 0) + (leads(source) ? 0 : 1) }];
    });
    return all.toSorted((a, b) => a.rank - b.rank).map(({ source }) => source);
  }

  /** Null unless it answers. */
  #source(node: FoundNode): DaemonSource | null {
    const source = this.#open.get(node.node)?.source;
    return node.state === 'running' && source?.answers === true ? source : null;
  }

  #answers(node: FoundNode): Observed {
    const source = this.#open.get(node.node)?.source;
    const asking = node.state === 'running' && this.#firstLook?.has(node.node) === true && source?.asking === true;
    return {
      source: this.sources.service,
      observedAt: source?.heardAt ?? null,
      answers: this.#source(node) !== null,
      ...(asking ? { asking: true as const } : {}),
    };
  }

  #nodeAt(address: string): string | null {
    return this.#nodeByAddress.get(hostOf(address)) ?? null;
  }

  #database(): DatabaseView {
    const pending = (this.#cluster.kept.value?.rows.nodes ?? []).filter((row) => row['state'] === 1);
    const byLeader = this.#tellers().find(leads)?.raft ?? [];
    return {
      ...this.sources.database,
      protocol: 'dqlite',
      electionTimer: null,
      ...(this.#leaderlessSince === null ? {} : { leaderlessSince: this.#leaderlessSince }),
      replicas: this.#nodes.map((node) => {
        const source = this.#open.get(node.node)?.source;
        const { answers, asking, observedAt } = this.#answers(node);
        return replicaOf({
          node: node.node,
          state: node.state,
          detached: detachedAddresses(node),
          answers,
          asking: asking === true,
          heardAt: observedAt,
          raft: source?.raft ?? null,
          // A server that was demoted while it was away may not know it yet.
          self: byLeader.find(({ address }) => this.#nodeAt(address) === node.node) ?? source?.self ?? null,
          opinion: source?.opinion ?? null,
          promise: source?.promise ?? null,
          pending: pending.some((row) => textOf(row, 'name') === node.node),
          nodeAt: (address) => this.#nodeAt(address),
        });
      }),
    };
  }

  /** By the leader, else by one of those that answer; empty while nobody does. */
  #raft(): readonly RaftNode[] {
    return this.#tellers()[0]?.raft ?? [];
  }

  #build(): Observations {
    const database = this.#database();
    const { members, kept } = this.#cluster;
    const rows = kept.value?.rows ?? null;
    const answers = new Map(this.#nodes.map((node) => [node.node, this.#answers(node)] as const));
    const running = this.#nodes.filter((node) => this.#source(node) !== null).map(({ node }) => node);
    const formed = this.context.request.settings['form'] !== false;
    const raft = this.#raft();
    const listed = (members.value ?? []).map((member) =>
      memberView(member, { observed: members.observed, raft, rows: rows?.nodes ?? [] }),
    );
    const entities: EntitiesView | null =
      rows === null ? null : { ...kept.observed, entities: readEntities(rows, kept.value?.statuses ?? {}) };
    return {
      databases: [database],
      members: listed,
      tunnels: [],
      logical: null,
      entities,
      services: new Map(running.map((node) => [node, [this.sources.service]])),
      answers,
      warnings: this.#warnings.of({
        sources: this.sources,
        database,
        now: this.context.now(),
        raft: quorumOf(database).leader === null ? null : raft,
        rows: kept.observed.answers ? (rows?.nodes ?? null) : null,
        members: members.observed.answers ? listed.map(({ name }) => name) : null,
        running: formed ? running : [],
      }),
    };
  }
}

/** By its own dqlite, which knows when it lost the majority. */
function leads({ opinion, self }: DaemonSource): boolean {
  return opinion !== null && self !== null && opinion.leader === self.address;
}
