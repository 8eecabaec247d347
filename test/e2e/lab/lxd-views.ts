import type { DatabaseView, Replica, ReplicaKind } from '../../../shared/database.ts';
import type { LabView } from '../../../shared/lab.ts';
import { kept, listed } from './lxd-parts.ts';
import { labView, type Shape } from './views.ts';

/** Lab views of an LXD lab as the backend would push them. Never part of the product. */
export interface LxdShape {
  readonly nodes: number;
  readonly fate?: NonNullable<Shape['fate']>;
  /** Number of the node that leads; null while nobody does. */
  readonly leader?: number | null;
  /** What LXD says of a node that it does not call Online, by its number. */
  readonly called?: Readonly<Record<number, string>>;
  readonly domains?: readonly string[];
  readonly kept?: 'full' | 'little' | 'nothing' | 'old';
  /** Not formed: fresh nodes. */
  readonly fresh?: boolean;
  readonly separate?: boolean;
}

const words: Partial<Record<ReplicaKind, string>> = {
  leader: 'leader',
  voter: 'voter',
  standby: 'stand-by',
  spare: 'spare',
};

function kindOf(base: Replica, index: number, shape: LxdShape): ReplicaKind {
  if (['gone', 'frozen', 'unknown'].includes(base.kind)) return base.kind;
  if (shape.fresh === true || base.kind === 'none') return 'none';
  if (index >= 5) return 'spare';
  if (index >= 3) return 'standby';
  return index + 1 === shape.leader ? 'leader' : 'voter';
}

/** The one database, made of what the fake of MicroOVN says befell the nodes. */
function dqlite(base: DatabaseView, shape: LxdShape, names: readonly string[]): DatabaseView {
  const leader = shape.leader === null || shape.leader === undefined ? null : (names[shape.leader - 1] ?? null);
  const servers = names.slice(0, 3).map((node, index) => ({
    id: String(index + 1),
    address: `172.28.31.${String(11 + index)}:8443`,
    node,
  }));
  return {
    id: 'dqlite',
    title: 'LXD database',
    short: 'dqlite',
    protocol: 'dqlite',
    electionTimer: null,
    replicas: base.replicas.map((replica, index): Replica => {
      const kind = kindOf(replica, index, shape);
      const member = kind !== 'none';
      return {
        ...replica,
        kind,
        source: 'dqlite',
        role: words[kind] ?? null,
        status: null,
        connected: member ? true : null,
        leads: kind === 'leader',
        votes: member ? index < 3 : null,
        term: null,
        index: null,
        leader: member ? leader : null,
        vote: null,
        serverId: member ? String(index + 1) : null,
        clusterId: null,
        address: member ? `172.28.31.${String(11 + index)}:8443` : null,
        log: null,
        notCommitted: null,
        connections: [],
        servers: member ? servers : [],
      };
    }),
  };
}

/** The view of an LXD lab of this shape. */
export function lxdView(given: LxdShape): LabView {
  const shape: LxdShape = { leader: 1, ...given };
  const base = labView({
    name: 'lxd-1',
    nodes: shape.nodes,
    ports: false,
    ...(shape.fate === undefined ? {} : { fate: shape.fate }),
  });
  const names = base.nodes.map(({ name }) => name);
  const [first] = base.databases;
  const networks = base.networks.map((network) =>
    network.role === 'mgmt'
      ? { ...network, name: 'lxd-1-mgmt' }
      : { ...network, name: 'lxd-1-api', role: 'api', title: 'API' },
  );
  return {
    ...base,
    request: {
      ...base.request,
      recipe: 'lxd',
      settings: { form: shape.fresh !== true, join: 'token', instances: true, bootstrapPreseed: '', joinPreseed: '' },
    },
    recipeTitle: 'LXD',
    nodes: base.nodes.map((node) => ({
      ...node,
      services: [],
      addresses: node.addresses.slice(0, shape.separate === true ? 2 : 1),
    })),
    // By name, as the engine lists them.
    networks: networks.slice(0, shape.separate === true ? 2 : 1).toReversed(),
    tunnels: [],
    members:
      shape.fresh === true
        ? []
        : names.map((name, index) =>
            listed(
              name,
              index,
              shape.called?.[index + 1] ?? 'Online',
              shape.domains?.[index % shape.domains.length] ?? 'default',
              shape.leader === index + 1,
            ),
          ),
    databases: first === undefined ? [] : [dqlite(first, shape, names)],
    logical: { ...base.logical, switches: [], routers: [], ports: [], chassis: [] },
    entities: shape.fresh === true ? null : kept(names, shape.kept ?? 'full'),
  };
}
