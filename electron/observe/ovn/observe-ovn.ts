import type { ChassisView, Observed, Warning } from '../../../shared/lab.ts';
import type { FoundNode } from '../../engines/engine.ts';
import { detachedAddresses, hostOf, labelledAddresses } from '../addresses.ts';
import type { OvnDatabase } from './database-source.ts';
import { DatabaseWatch } from './database-watch.ts';
import { MemberStatus, type Asked } from './member-status.ts';
import { memberTables, readMembers, type Member } from './members.ts';
import { NodeSockets } from '../node-sockets.ts';
import type { Observations, ObserveContext, Observer } from '../observer.ts';
import { SwitchSource } from './switch-source.ts';
import { TablesWatch } from './tables-watch.ts';
import { logicalView, northboundTables, southboundTables } from './topology.ts';
import { tunnelViews, type TunnelEnds } from './tunnels.ts';
import { DatabaseWarnings } from './warnings.ts';

/** Where OVN's sources are found in a node; the same in every node of a lab. */
export interface OvnSources {
  readonly databases: readonly OvnDatabase[];
  /** Path of the daemon's control socket where the database `cluster` has a table of members (our MicroOVN), else null. */
  readonly controlSocket: string | null;
  /** Path of the socket of the node's own Open_vSwitch database. */
  readonly ovsSocket: string;
}

/** Opens the sources of a lab with OVN: per node its databases and its switch, and the contents of the replicated ones on one node. */
export function observeOvn(context: ObserveContext, sources: OvnSources): Observer {
  return new OvnObserver(context, sources);
}

class OvnObserver implements Observer {
  #nodes: readonly FoundNode[] = [];
  #nodeByAddress: ReadonlyMap<string, string> = new Map();
  readonly #databases: readonly DatabaseWatch[];
  readonly #contents: ReadonlyMap<OvnDatabase['id'], TablesWatch>;
  readonly #switches = new Map<string, { node: FoundNode; source: SwitchSource }>();
  /** By engine id of the node. */
  readonly #sockets = new Map<string, NodeSockets>();
  readonly #warnings = new DatabaseWarnings();
  readonly #status: MemberStatus | null;
  #current: Observations | null = null;
  #still = false;
  #closed = false;

  constructor(
    private readonly context: ObserveContext,
    private readonly sources: OvnSources,
  ) {
    const surroundings = {
      nodeAt: (address: string) => this.#nodeByAddress.get(hostOf(address)) ?? null,
      nodeAnswers: (node: string) => this.#answers(node).answers,
      memberRole: (node: string) => this.#members().find(({ member }) => member.name === node)?.member.role ?? null,
    };
    this.#status =
      sources.controlSocket === null
        ? null
        : new MemberStatus(
            sources.controlSocket,
            () => this.#someNode(),
            () => this.#tell(),
          );
    const { now } = context;
    const socketsOf = (nodeId: string) => this.#socketsOf(nodeId);
    this.#databases = sources.databases.map(
      (database) =>
        new DatabaseWatch(database, { sockets: socketsOf, now, surroundings, onChange: () => this.#changed() }),
    );
    const follow = { nb: northboundTables, sb: southboundTables, cluster: memberTables } as const;
    this.#contents = new Map(
      sources.databases
        .filter(({ id }) => id !== 'cluster' || sources.controlSocket !== null)
        .map(({ id, name }) => [id, new TablesWatch(name, follow[id], () => this.#tell())]),
    );
  }

  nodes(nodes: readonly FoundNode[]): void {
    this.#nodes = nodes;
    this.#nodeByAddress = new Map(
      nodes.flatMap((node) => [...labelledAddresses(node).values()].map((address) => [address, node.node] as const)),
    );
    const watched = nodes.map((node) => ({
      id: node.id,
      name: node.node,
      state: node.state,
      since: node.since,
      detached: detachedAddresses(node),
    }));
    // One change for all: a view in between would show the node in two states at once.
    this.#still = true;
    for (const database of this.#databases) database.nodes(watched);
    this.#openSwitches(nodes);
    for (const [id, sockets] of this.#sockets)
      if (!nodes.some((node) => node.id === id && node.state !== 'gone')) {
        sockets.close();
        this.#sockets.delete(id);
      }
    this.#still = false;
    this.#changed();
  }

  current(): Observations {
    this.#current ??= this.#build();
    return this.#current;
  }

  settled(): boolean {
    const running = new Set(this.#nodes.filter((node) => node.state === 'running').map((node) => node.node));
    const databases = this.#databases.every((database) =>
      database.sources.every((source) => !running.has(source.node) || source.settled),
    );
    const switches = [...this.#switches.values()].every(
      ({ node, source }) => !running.has(node.node) || source.settled,
    );
    const contents = [...this.#contents].every(
      ([id, tables]) => tables.loaded || !this.#database(id)?.sources.some((source) => source.monitors !== null),
    );
    return databases && switches && contents && this.#status?.settled !== false;
  }

  close(): void {
    this.#closed = true;
    this.#status?.close();
    for (const database of this.#databases) database.close();
    for (const { source } of this.#switches.values()) source.close();
    for (const sockets of this.#sockets.values()) sockets.close();
  }

  #socketsOf(nodeId: string): NodeSockets {
    const known = this.#sockets.get(nodeId) ?? new NodeSockets(this.context.engine, nodeId);
    this.#sockets.set(nodeId, known);
    return known;
  }

  #database(id: string): DatabaseWatch | undefined {
    return this.#databases.find(({ database }) => database.id === id);
  }

  #openSwitches(nodes: readonly FoundNode[]): void {
    const { now } = this.context;
    for (const [name, { node, source }] of this.#switches) {
      const next = nodes.find((other) => other.node === name);
      if (next?.state === 'unreachable') continue;
      const runs = next?.state === 'running' || next?.state === 'paused';
      const same = next?.id === node.id && (next.since === null || next.since === node.since);
      if (!runs || !same) source.close();
      if (next === undefined || (runs && !same)) this.#switches.delete(name);
    }
    for (const node of nodes) {
      if (node.state !== 'running' && node.state !== 'paused') continue;
      if (this.#switches.has(node.node)) continue;
      const source = new SwitchSource({
        sockets: this.#socketsOf(node.id),
        node: node.node,
        socket: this.sources.ovsSocket,
        now,
        onChange: () => this.#changed(),
      });
      this.#switches.set(node.node, { node, source });
    }
  }

  /** A source changed: another node may now be the better one to read from. */
  #changed(): void {
    if (this.#closed || this.#still) return;
    for (const [id, tables] of this.#contents) tables.choose(this.#better(this.#database(id)?.sources ?? []));
    this.#tell();
  }

  #tell(): void {
    if (this.#closed) return;
    this.#current = null;
    for (const database of this.#databases) database.refresh();
    this.#status?.members(this.#statusKey());
    this.context.onChange();
  }

  /** Changes when the answer to who is ONLINE may. Empty while there is nobody to ask about. */
  #statusKey(): string {
    const members = this.#members().map(({ member }) => `${member.name} ${member.role}`);
    const asked = this.#someNode();
    if (members.length === 0 || asked === null) return '';
    return [asked.name, ...members, ...this.#nodes.map(({ node }) => `${node} ${this.#answers(node).answers}`)].join(
      '\n',
    );
  }

  /** Those on nodes that are not cut, where there are any: what a cut one tells of the others may be long past. */
  #better<T extends { readonly node: string }>(all: readonly T[]): readonly T[] {
    const cut = new Set(this.#nodes.filter((node) => detachedAddresses(node).length > 0).map(({ node }) => node));
    const whole = all.filter(({ node }) => !cut.has(node));
    return whole.length > 0 ? whole : all;
  }

  /** A member's node whose daemon can be asked. */
  #someNode(): Asked | null {
    const members = new Set(this.#members().map(({ member }) => member.name));
    const answering = this.#nodes.filter((one) => members.has(one.node) && this.#answers(one.node).answers);
    const [node] = this.#better(answering);
    return node === undefined ? null : { name: node.node, sockets: this.#socketsOf(node.id) };
  }

  #members(): readonly Member[] {
    const tables = this.#contents.get('cluster');
    return tables === undefined
      ? []
      : readMembers(tables.tables, tables.observed(), (member) => this.#status?.of(member) ?? null);
  }

  #answers(name: string): Observed {
    const node = this.#nodes.find((other) => other.node === name);
    const heard = [
      ...this.#databases.flatMap((database) => database.sources.filter((source) => source.node === name)),
      ...[this.#switches.get(name)?.source].filter((source) => source !== undefined),
    ];
    const at = Math.max(0, ...heard.map((source) => source.heardAt ?? 0));
    return {
      source: 'ovsdb-server',
      observedAt: at === 0 ? null : at,
      answers: node?.state === 'running' && heard.some((source) => source.answers),
      ...(at === 0 && this.#databases.some((database) => database.asking(name)) ? { asking: true as const } : {}),
    };
  }

  #build(): Observations {
    const databases = this.#databases.map((database) => database.view());
    const members = this.#members();
    const silent: Observed = { source: '', observedAt: null, answers: false };
    const [nb, sb] = [this.#contents.get('nb'), this.#contents.get('sb')];
    const empty = new TablesWatch('', {}, () => {}).tables;
    const logical = logicalView({
      northbound: nb?.tables ?? empty,
      southbound: sb?.tables ?? empty,
      nb: nb?.observed() ?? silent,
      sb: sb?.observed() ?? silent,
      nodeOf: (chassis) => this.#nodeOf(chassis),
    });
    const chassis = new Set(logical.chassis.map((view) => this.#nodeOf(view)));
    const answers = new Map(this.#nodes.map(({ node }) => [node, this.#answers(node)] as const));
    return {
      databases,
      members: members.map(({ member }) => member),
      tunnels: tunnelViews(this.#tunnelEnds(), (address) => this.#nodeByAddress.get(address) ?? null),
      logical,
      entities: null,
      services: new Map(
        this.#nodes.map(({ node }) => {
          const own = members.find(({ member }) => member.name === node);
          if (this.sources.controlSocket !== null) return [node, own?.services ?? []];
          const central = databases.some(({ replicas }) =>
            replicas.some((replica) => replica.node === node && replica.answers && replica.votes !== null),
          );
          const switches = this.#switches.get(node)?.source.answers === true;
          const found = [central && 'central', chassis.has(node) && 'chassis', switches && 'switch'];
          return [node, found.filter((service) => service !== false)];
        }),
      ),
      answers,
      warnings: [...this.#warnings.of(databases, this.context.now()), ...this.#memberWarnings(members, answers)],
    };
  }

  #nodeOf(chassis: ChassisView): string | null {
    const byName = this.#nodes.find(({ node }) => node === chassis.hostname || node === chassis.name);
    return byName?.node ?? this.#nodeByAddress.get(chassis.encapIp) ?? null;
  }

  #tunnelEnds(): readonly TunnelEnds[] {
    return this.#nodes.map((node) => {
      const source = this.#switches.get(node.node)?.source;
      return {
        node: node.node,
        able: node.state === 'running' && detachedAddresses(node).length === 0,
        answers: source?.answers === true,
        remotes: source?.ends ?? [],
      };
    });
  }

  /** A node that runs and that the product does not list. */
  #memberWarnings(members: readonly Member[], answers: ReadonlyMap<string, Observed>): readonly Warning[] {
    const listed = this.#contents.get('cluster');
    if (listed === undefined || !listed.observed().answers) return [];
    return this.#nodes
      .filter(({ node }) => answers.get(node)?.answers === true && !members.some(({ member }) => member.name === node))
      .map(({ node }) => ({
        code: 'node/not-a-member',
        message: `${node} runs and is not a member.`,
        fix: 'Finish the lab, or remove the node.',
        node,
      }));
  }
}
