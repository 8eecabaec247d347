import type { EntityView } from '../../../shared/lab.ts';
import { globalTables, type GlobalTable } from './global-query.ts';
import { textOf, type Row } from './sql-results.ts';

/** What the global database holds, by table; see `global-query.ts`. */
export type GlobalRows = Readonly<Record<GlobalTable, readonly Row[]>>;

/** LXD's words for the numbers in its tables (lxd/db of LXD 5.0: storage_pools.go, networks.go, instances.go, storage_volumes.go). */
const words = {
  state: ['Pending', 'Created', 'Errored'],
  instance: ['container', 'virtual-machine'],
  network: ['bridge', 'macvlan', 'sriov', 'ovn', 'physical'],
  content: ['filesystem', 'block', 'iso'],
} as const;

/** Results in the order asked, by table. */
export function globalRows(results: readonly (readonly Row[])[]): GlobalRows {
  return Object.fromEntries(globalTables.map((table, at) => [table, results[at] ?? []])) as GlobalRows;
}

/**
 * What the cluster keeps, by kind and name.
 * @param statuses of instances by {@link instanceKey}, e.g. `Running`: no table holds them
 */
export function readEntities(rows: GlobalRows, statuses: Readonly<Record<string, string>>): readonly EntityView[] {
  return [
    ...grouped(rows.instances, instanceKey, (row) => ({
      kind: 'instance',
      name: nameIn(row, textOf(row, 'name')),
      state: statuses[instanceKey(row)] ?? null,
      facts: [fact('Type', word('instance', row['type']))],
    })),
    ...grouped(rows.pools, nameOf, (row) => ({
      kind: 'storage pool',
      name: nameOf(row),
      state: word('state', row['state']),
      facts: [fact('Driver', textOf(row, 'driver'))],
    })),
    ...grouped(rows.networks, instanceKey, (row) => ({
      kind: 'network',
      name: nameIn(row, nameOf(row)),
      state: word('state', row['state']),
      facts: [fact('Type', word('network', row['type']))],
    })),
    ...grouped(rows.images, imageKey, (row) => ({
      kind: 'image',
      name: nameIn(row, textOf(row, 'aliases').split(',').join(', ') || textOf(row, 'fingerprint').slice(0, 12)),
      state: null,
      facts: [
        fact('Fingerprint', textOf(row, 'fingerprint').slice(0, 12)),
        fact('Size', `${(Number(row['size']) / 1e6).toFixed(2)} MB`),
      ],
    })),
    ...grouped(rows.volumes, volumeKey, (row) => ({
      kind: 'custom volume',
      name: nameIn(row, `${textOf(row, 'pool')}/${nameOf(row)}`),
      state: null,
      facts: [fact('Content type', word('content', row['content_type']))],
    })),
  ];
}

/** E.g. `default c1`: names are unique in a project. */
export function instanceKey(row: Row): string {
  return `${textOf(row, 'project')} ${nameOf(row)}`;
}

const imageKey = (row: Row) => `${textOf(row, 'project')} ${textOf(row, 'fingerprint')}`;
const volumeKey = (row: Row) => `${textOf(row, 'pool')} ${instanceKey(row)}`;
const nameOf = (row: Row) => textOf(row, 'name');
const fact = (label: string, value: string) => ({ label, value });

/** With its project, where that is not the usual one. */
function nameIn(row: Row, name: string): string {
  const project = textOf(row, 'project');
  return project === 'default' ? name : `${name} (project ${project})`;
}

function word(kind: keyof typeof words, number: Row[string] | undefined): string {
  return words[kind][Number(number)] ?? String(number);
}

/** One entity of the rows that have a key in common: one row for each member that holds it. */
function grouped(
  rows: readonly Row[],
  key: (row: Row) => string,
  shape: (row: Row) => Pick<EntityView, 'kind' | 'name' | 'state' | 'facts'>,
): readonly EntityView[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const on = group
        .filter((row) => row['node'] !== null)
        .map((row) => ({
          node: textOf(row, 'node'),
          state: row['node_state'] === undefined ? null : word('state', row['node_state']),
        }))
        .toSorted((a, b) => a.node.localeCompare(b.node, 'en', { numeric: true }));
      const view = shape(first);
      return [{ ...view, pending: [view.state, ...on.map(({ state }) => state)].includes('Pending'), on }];
    })
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** Statuses of instances of `GET /1.0/instances?recursion=1&all-projects=true`, by {@link instanceKey}. */
export function readStatuses(metadata: unknown): Readonly<Record<string, string>> {
  const listed: unknown[] = Array.isArray(metadata) ? metadata : [];
  return Object.fromEntries(
    listed.flatMap((value) => {
      if (typeof value !== 'object' || value === null || !('name' in value) || !('status' in value)) return [];
      const project = 'project' in value ? String(value.project) : 'default';
      return [[`${project} ${String(value.name)}`, String(value.status)] as const];
    }),
  );
}
