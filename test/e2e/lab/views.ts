import type { DatabaseView, Replica, ReplicaKind } from '../../../shared/database.ts';
import type { LabEvent } from '../../../shared/event.ts';
import type { LabView, NodeView, TunnelView } from '../../../shared/lab.ts';
import type { RecipeCard } from '../../../shared/rpc.ts';

/** Lab views as the backend would push them, for looking at the lab's screen without containers. Never part of the product. */

const now = (): number => Date.now();
const id = (index: number): string => `a${String(index).padStart(3, '0')}`;
const seen = (ageMs: number, answers = true) => ({
  source: 'ovn-appctl cluster/status',
  observedAt: now() - ageMs,
  answers,
});

export interface Shape {
  readonly name?: string;
  readonly nodes: number;
  /** What befell a node, by its number. */
  readonly fate?: Readonly<Record<number, 'killed' | 'stopped' | 'paused' | 'cut' | 'silent' | 'waiting'>>;
  /** Number of the node that leads, by database; null while nobody does. */
  readonly leaders?: Readonly<Record<string, number | null>>;
  readonly terms?: Readonly<Record<string, number>>;
  /** Number of the node that asks for votes, by database. */
  readonly candidates?: Readonly<Record<string, number>>;
  readonly nodeName?: (index: number) => string;
  readonly ports?: boolean;
}

const databases = [
  { id: 'cluster', title: 'Cluster', short: 'Cluster', protocol: 'ovsdb-raft' },
  { id: 'nb', title: 'OVN Northbound', short: 'OVN NB', protocol: 'ovsdb-raft' },
  { id: 'sb', title: 'OVN Southbound', short: 'OVN SB', protocol: 'ovsdb-raft' },
] as const;

export function labView(shape: Shape): LabView {
  const name = shape.name ?? 'microovn-1';
  const nameOf = shape.nodeName ?? ((index: number): string => `node-${String(index)}`);
  const numbers = Array.from({ length: shape.nodes }, (_, index) => index + 1);
  const fate = (index: number) => shape.fate?.[index];
  const dark = (index: number): boolean => ['killed', 'stopped', 'paused', 'silent'].includes(fate(index) ?? '');
  const voters = Math.min(3, shape.nodes);

  const replicaOf = (database: (typeof databases)[number], index: number): Replica => {
    const votes = index <= voters && fate(index) !== 'waiting';
    const asked = shape.leaders?.[database.id];
    const leader = asked === undefined ? 1 : asked;
    const leads = leader === index && !dark(index);
    const candidate = shape.candidates?.[database.id] === index;
    const kind: ReplicaKind =
      fate(index) === 'killed' || fate(index) === 'stopped'
        ? 'gone'
        : fate(index) === 'paused'
          ? 'frozen'
          : fate(index) === 'silent'
            ? 'unknown'
            : fate(index) === 'waiting'
              ? 'none'
              : !votes
                ? database.id === 'cluster'
                  ? index === voters + 1
                    ? 'standby'
                    : 'spare'
                  : 'none'
                : leads
                  ? 'leader'
                  : candidate
                    ? 'candidate'
                    : 'voter';
    const peers = numbers.filter((other) => other <= voters && other !== index);
    const term = (shape.terms?.[database.id] ?? 3) - (leader === null && !candidate ? 1 : 0);
    return {
      ...seen(dark(index) ? 4200 : 300 + index * 40, !dark(index)),
      node: nameOf(index),
      kind,
      role: leads
        ? 'leader'
        : candidate
          ? 'candidate'
          : kind === 'standby'
            ? 'stand-by'
            : kind === 'spare'
              ? 'spare'
              : votes
                ? 'follower'
                : null,
      status: fate(index) === 'cut' ? 'disconnected from the cluster (election timeout)' : 'cluster member',
      connected: fate(index) !== 'cut',
      leads,
      votes,
      term: votes ? term : null,
      index: votes ? 1402 : null,
      leader: !votes || candidate ? null : leader === null ? nameOf(1) : nameOf(leader),
      vote: votes ? id(leader ?? 1) : null,
      serverId: votes ? id(index) : null,
      clusterId: votes ? '075e' : null,
      address: votes ? `ssl:172.28.31.${String(10 + index)}:6643` : null,
      log: votes ? '[2, 1403]' : null,
      notCommitted: votes ? 0 : null,
      connections: votes
        ? peers.flatMap((other) =>
            dark(other) || fate(other) === 'cut' || fate(index) === 'cut'
              ? [`(->${id(other)})`]
              : [`->${id(other)}`, `<-${id(other)}`],
          )
        : [],
      servers: votes
        ? numbers
            .filter((other) => other <= voters)
            .map((other) => ({
              id: id(other),
              address: `ssl:172.28.31.${String(10 + other)}:6643`,
              node: nameOf(other),
            }))
        : [],
    };
  };

  const nodes = numbers.map((index): NodeView => {
    const what = fate(index);
    const ended = what === 'killed' || what === 'stopped';
    return {
      name: nameOf(index),
      id: `${String(index)}f00dfeed`.repeat(4),
      state: ended ? 'stopped' : what === 'paused' ? 'paused' : 'running',
      since: now() - (what === undefined || what === 'waiting' ? 840_000 : 4200),
      exitCode: what === 'killed' ? 137 : what === 'stopped' ? 0 : null,
      ended: ended ? what : null,
      cut: what === 'cut',
      addresses: [
        { network: `${name}-mgmt`, address: `172.28.31.${String(10 + index)}`, connected: what !== 'cut' },
        { network: `${name}-underlay`, address: `172.28.32.${String(10 + index)}`, connected: what !== 'cut' },
      ],
      services: what === 'waiting' ? [] : index <= 3 ? ['central', 'chassis', 'switch'] : ['chassis', 'switch'],
      usage: ended ? null : { cpuPercent: 0.2 + index / 10, memoryMiB: 28 + (index % 3), observedAt: now() },
      memoryLimitMiB: 256,
      answers: seen(dark(index) ? 4200 : 200, !dark(index)),
    };
  });
  const hurt = (index: number): boolean => dark(index) || fate(index) === 'cut';
  const tunnels = numbers.flatMap((a) =>
    numbers
      .filter((b) => b > a)
      .map((b): TunnelView => ({
        from: nameOf(a),
        to: nameOf(b),
        type: 'geneve',
        state: hurt(a) || hurt(b) ? 'down' : 'up',
      })),
  );
  const electing = databases.map((database) => database.id).filter((key) => shape.leaders?.[key] === null);
  return {
    name,
    request: { name, recipe: 'microovn', nodes: shape.nodes, memoryMiB: 256, settings: { electionTimer: 1000 } },
    recipeTitle: 'MicroOVN',
    createdAt: now() - 900_000,
    state: 'complete',
    runId: null,
    observed: true,
    nodes,
    networks: [
      { name: `${name}-mgmt`, id: 'm', role: 'mgmt', title: 'Management', subnet: '172.28.31.0/24' },
      { name: `${name}-underlay`, id: 'u', role: 'underlay', title: 'Underlay', subnet: '172.28.32.0/24' },
    ],
    tunnels,
    members: nodes.map((node, index) => ({
      source: 'microovn cluster list',
      observedAt: now() - 900,
      answers: true,
      name: node.name,
      address: `172.28.31.${String(11 + index)}:6686`,
      role: index < 3 ? 'voter' : index === 3 ? 'stand-by' : 'spare',
      status: hurt(index + 1) ? 'UNREACHABLE' : 'ONLINE',
    })),
    databases: databases.map((database): DatabaseView => ({
      ...database,
      electionTimer: 1000,
      ...(electing.includes(database.id) ? { leaderlessSince: now() - 940 } : {}),
      replicas: numbers.map((index) => replicaOf(database, index)),
    })),
    logical: {
      switches: shape.ports === false ? [] : [{ name: 'ls0', ports: Math.min(3, shape.nodes) }],
      routers: [],
      ports:
        shape.ports === false
          ? []
          : numbers.slice(0, 3).map((index) => ({
              name: `vm${String(index)}`,
              parent: 'ls0',
              type: '',
              addresses: [`00:00:00:00:00:0${String(index)} 10.0.0.${String(index)}`],
              node: nameOf(index),
              up: !hurt(index),
            })),
      chassis: nodes.map((node, index) => ({
        name: node.name,
        hostname: node.name,
        encapType: 'geneve',
        encapIp: `172.28.32.${String(11 + index)}`,
      })),
      nb: seen(300),
      sb: seen(300),
    },
    entities: null,
    warnings: [],
    at: now(),
  };
}

/** A quarter of an hour of a lab, newest last. */
export function record(view: LabView, kill: string | null): readonly LabEvent[] {
  const at = (secondsAgo: number): string => new Date(now() - secondsAgo * 1000).toISOString();
  const event = (
    secondsAgo: number,
    type: LabEvent['type'],
    action: string,
    actor: string,
    name: string,
    attributes = {},
  ): LabEvent => ({
    timestamp: at(secondsAgo),
    type,
    action,
    actor_id: actor,
    actor_name: name,
    attributes,
  });
  const leads = (secondsAgo: number, index: number, node: number, term: number): LabEvent => {
    const database = view.databases[index];
    return event(secondsAgo, 'database', 'leader', database?.id ?? '', database?.title ?? '', {
      database: database?.id,
      node: view.nodes[node]?.name,
      term: String(term),
    });
  };
  return [
    event(840, 'recorder', 'start', 'recorder', 'recorder'),
    leads(838, 0, 0, 1),
    leads(838, 1, 0, 1),
    leads(838, 2, 0, 1),
    event(340, 'node', 'stop', '1', view.nodes[0]?.name ?? ''),
    event(339, 'database', 'no-leader', 'nb', 'OVN Northbound', { term: '1' }),
    leads(338, 0, 1 % view.nodes.length, 2),
    leads(334, 1, 2 % view.nodes.length, 2),
    leads(338, 2, 2 % view.nodes.length, 2),
    event(300, 'node', 'start', '1', view.nodes[0]?.name ?? ''),
    leads(200, 1, 0, 3),
    ...(kill === null
      ? []
      : [
          event(4.2, 'node', 'kill', '1', kill),
          event(4.1, 'node', 'die', '1', kill, { exitCode: '137' }),
          event(3.9, 'database', 'no-leader', 'nb', 'OVN Northbound', { term: '3' }),
        ]),
  ];
}

export const recipe: RecipeCard = {
  kind: 'microovn',
  title: 'MicroOVN',
  summary: 'OVN and Open vSwitch with one command.',
  defaultNodes: 3,
  databases: databases.map(({ id: key, title, short, protocol }) => ({ id: key, title, short, protocol })),
  parameters: [
    {
      key: 'electionTimer',
      title: 'Election timer',
      help: '',
      type: 'integer',
      default: 1000,
      min: 100,
      max: 60000,
      unit: 'ms',
    },
  ],
  console: [
    'microovn cluster list',
    'microovn.ovn-nbctl show',
    'microovn.ovn-sbctl show',
    'microovn certificates list',
  ],
  privileges: [],
  canResize: true,
  flows: [],
  image: 'ready',
};
