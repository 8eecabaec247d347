import type { DatabaseView, Replica } from '../../../shared/database.ts';
import type { LabView, MemberView, NodeView } from '../../../shared/lab.ts';
import { roleWord, type Card } from '../canvas/card.ts';
import { labWords } from '../words.ts';
import { beliefs } from './beliefs.ts';
import type { Fact } from './facts.svelte';

const words = labWords.node;

/** The copy of one database on a node, as the table of its replicas shows it. */
export interface ReplicaRow {
  readonly database: DatabaseView;
  readonly replica: Replica;
  /** It contradicts the rest. */
  readonly disagrees: boolean;
  /** Who it says leads; null where it says nothing. */
  readonly names: string | null;
}

export function replicaRows(view: LabView, node: string): readonly ReplicaRow[] {
  return view.databases.flatMap((database) => {
    const replica = database.replicas.find((one) => one.node === node);
    if (replica === undefined) return [];
    const cell = beliefs(database).find((one) => one.node === node);
    return [{ database, replica, disagrees: cell?.disagrees === true, names: cell?.names ?? null }];
  });
}

/** What befell a node such that its facts are those from before it; null where it was only not heard. */
export function before(card: Card | undefined): string | null {
  const how = card?.befell?.words ?? '';
  return ['killed', 'stopped', 'paused', 'ended', 'removed'].includes(how) ? how : null;
}

/** What each service of a node says of itself, or what is observed of it. */
export function serviceFacts(view: LabView, node: NodeView, rows: readonly ReplicaRow[]): readonly Fact[] {
  return node.services.map((name) => ({ name, value: serviceOf(name, view, node, rows), plain: true }));
}

function serviceOf(name: string, view: LabView, node: NodeView, rows: readonly ReplicaRow[]): string {
  if (name === 'chassis') {
    const chassis = view.logical.chassis.find((one) => one.hostname === node.name || one.name === node.name);
    const bound = view.logical.ports.filter((port) => port.node === node.name).length;
    if (chassis !== undefined) return words.service.chassis(chassis.encapType, chassis.encapIp, bound);
  }
  if (name === 'switch') {
    const tunnels = view.tunnels.filter((one) => one.from === node.name || one.to === node.name);
    return words.service.tunnels(tunnels.filter((one) => one.state === 'up').length, tunnels.length);
  }
  const held = rows.filter((row) => row.replica.kind !== 'none' && row.database.id !== 'cluster');
  if (name === 'central' && held.length > 0)
    return held.map((row) => `${row.database.short} ${roleWord(row.replica)}`).join(', ');
  return words.service.listed;
}

/** Every word the product has on a member, in its own words. */
export function memberFacts({ status, message, role, address, facts = [] }: MemberView): readonly Fact[] {
  const { columns } = labWords.lab;
  const fact = (name: string, value: string | null | undefined, plain: boolean): readonly Fact[] =>
    value === null || value === undefined || value === '' ? [] : [{ name, value, plain }];
  return [
    ...fact(columns.status, status, true),
    ...fact(columns.message, message, true),
    ...fact(columns.role, role, true),
    ...fact(columns.address, address, false),
    ...facts.flatMap(({ label, value }) => fact(label, value, true)),
  ];
}

/** What the engine says of a node's container. */
export function containerFacts(lab: string, node: NodeView): readonly Fact[] {
  const { facts } = words;
  const addresses = node.addresses.map((one) => (one.connected ? one.address : facts.cutAddress(one.address)));
  const limit = node.memoryLimitMiB;
  return [
    { name: facts.addresses, value: addresses.join(', ') || facts.none },
    ...(node.usage === null
      ? [{ name: facts.memory, value: facts.atMost(limit) }]
      : [
          { name: facts.memory, value: facts.memoryOf(node.usage.memoryMiB, limit) },
          { name: facts.cpu, value: facts.cpuOf(node.usage.cpuPercent) },
        ]),
    ...(node.exitCode === null ? [] : [{ name: facts.lastExit, value: String(node.exitCode) }]),
    { name: facts.container, value: `${lab}-${node.name}` },
    { name: facts.engineId, value: node.id.slice(0, 12) },
  ];
}
