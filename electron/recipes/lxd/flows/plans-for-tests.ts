import type { ReplicaKind } from '../../../../shared/database.ts';
import { LabError } from '../../../../shared/errors.ts';
import { database, replica } from '../../../../shared/fakes/replicas.ts';
import type { EntityView, LabView } from '../../../../shared/lab.ts';
import type { Setting } from '../../../../shared/request.ts';
import type { FoundNode } from '../../../engines/engine.ts';
import { ledger } from '../../../flows/ledger.ts';
import type { Step, StepOf } from '../../../flows/step.ts';
import type { FlowRequest, RecipeFlow } from '../../recipe.ts';
import { lxdDialect, type Dialect } from '../dialect.ts';
import { lxdFlows } from './index.ts';

/** How a node of the lab is: what it is in the database, or that it is dead. */
export type Plight = 'leader' | 'voter' | 'standby' | 'spare' | 'dead';

const domains: Readonly<Record<string, string>> = { 'node-2': 'rack-2', 'node-4': 'rack-2' };
/** Raft address of a node by its number. */
export const address = (number: number) => `172.28.31.${10 + number}:8443`;

/** A lab whose nodes are so, in the order of their numbers. */
export function viewOf(plights: readonly Plight[], entities: readonly EntityView[] | null = []): LabView {
  const votes = (plight: Plight) => plight === 'leader' || plight === 'voter' || plight === 'dead';
  const leader = plights.indexOf('leader');
  const servers = plights.map((plight, i) => ({
    ...{ id: String(i + 1), address: address(i + 1), node: `node-${i + 1}` },
    role: votes(plight) ? 'voter' : 'spare',
  }));
  const kindOf = (plight: Plight): ReplicaKind => (plight === 'dead' ? 'gone' : plight);
  const replicas = plights.map((plight, i) =>
    replica(i + 1, {
      ...{ kind: kindOf(plight), answers: plight !== 'dead', votes: votes(plight), leads: plight === 'leader' },
      ...{ serverId: String(i + 1), address: address(i + 1), servers, term: 1 },
      leader: leader === -1 ? null : `node-${leader + 1}`,
    }),
  );
  const observed = { source: 'test', observedAt: 1, answers: true };
  return {
    name: 'a',
    databases: [database(replicas, { id: 'dqlite', title: 'LXD database', short: 'dqlite', protocol: 'dqlite' })],
    members: plights.map((_, i) => ({
      ...{ ...observed, name: `node-${i + 1}`, address: address(i + 1), role: '', status: 'Online' },
      facts: [{ label: 'Failure domain', value: domains[`node-${i + 1}`] ?? 'default' }],
    })),
    entities: entities === null ? null : { ...observed, entities },
  } as unknown as LabView;
}

/** What differs from a healthy lab of three on which a flow is started with its defaults. */
export interface Given {
  readonly plights?: readonly Plight[];
  readonly node?: string;
  readonly set?: Readonly<Record<string, Setting>>;
  readonly instances?: boolean;
  readonly view?: LabView;
  readonly dialect?: Dialect;
}

/** A healthy lab. */
export const three: readonly Plight[] = ['leader', 'voter', 'voter'];

/** @throws when there is no such flow */
export function flowOf(id: string, dialect: Dialect = lxdDialect): RecipeFlow {
  const flow = lxdFlows(dialect).find(({ info }) => info.id === id);
  if (flow === undefined) throw new Error(`No flow ${id}`);
  return flow;
}

/** The plan of a flow, checked first as a lab file is. @throws LabError as the flow does */
export function plan(id: string, given: Given = {}): readonly Step[] {
  const flow = flowOf(id, given.dialect);
  const plights = given.plights ?? three;
  const nodes = plights.map((plight, i) => {
    const state = plight === 'dead' ? 'stopped' : 'running';
    const labels = { 'io.quorate.volumes': `["a-node-${i + 1}-data"]` };
    return { node: `node-${i + 1}`, name: `a-node-${i + 1}`, id: `${i}`, state, labels } as unknown as FoundNode;
  });
  const settings = Object.fromEntries(flow.info.parameters.map(({ key, default: value }) => [key, value]));
  const { kind } = given.dialect ?? lxdDialect;
  const asked: FlowRequest = {
    request: { name: 'a', recipe: kind, nodes: 3, memoryMiB: 256, settings: { instances: given.instances === true } },
    subnets: { mgmt: '172.28.31' },
    image: `quorate/${kind}:1`,
    nextImage: `quorate/${kind}-next:1`,
    present: { found: { nodes, networks: [], missing: [] }, view: given.view ?? viewOf(plights) },
    node: given.node ?? null,
    settings: { ...settings, ...given.set },
  };
  flow.check?.(asked);
  return flow.plan(asked);
}

/** Lines a user would type, with where. */
export const lines = (steps: readonly Step[]) =>
  steps.flatMap((step) => ledger(step, 'docker', 'a').map(({ on, line }) => `${on}: ${line}`));
/** The lines of a plan. */
export const typed = (id: string, given: Given = {}) => lines(plan(id, given));

/** Why there is no plan. */
export function refusal(id: string, given: Given = {}): LabError {
  try {
    plan(id, given);
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('was planned');
}

/** The first step that waits for the lab. */
export function waitOf(steps: readonly Step[]): StepOf<'wait'> {
  const wait = steps.find((step): step is StepOf<'wait'> => step.kind === 'wait');
  if (wait === undefined) throw new Error('waits for nothing');
  return wait;
}
