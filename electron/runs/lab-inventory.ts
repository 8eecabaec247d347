import type { Receipt } from '../../shared/run.ts';
import type { Engine, Found } from '../engines/engine.ts';
import type { FlowRecord } from '../flows/flow-record.ts';

type Thing = Receipt['removed'][number];

/** Everything the engine holds with a lab's label. */
export interface Inventory {
  readonly found: Found;
  readonly volumes: readonly string[];
}

export async function takeInventory(engine: Engine, lab: string): Promise<Inventory> {
  const [found, volumes] = await Promise.all([engine.list(lab), engine.volumes(lab)]);
  return { found, volumes };
}

/** What was there before and is gone, and what is still there with the reason a step gave. */
export function compare(
  before: Inventory,
  after: Inventory,
  record: FlowRecord | null,
): Pick<Receipt, 'removed' | 'remained'> {
  const left = new Map(things(after).map((thing) => [key(thing), thing]));
  return {
    removed: things(before).filter((thing) => !left.has(key(thing))),
    remained: [...left.values()].map((thing) => ({ ...thing, why: whyOf(thing, record) })),
  };
}

function things({ found, volumes }: Inventory): readonly Thing[] {
  return [
    ...found.nodes.map(({ name }) => ({ kind: 'container' as const, name })),
    ...found.networks.map(({ name }) => ({ kind: 'network' as const, name })),
    ...volumes.map((name) => ({ kind: 'volume' as const, name })),
  ];
}

const key = ({ kind, name }: Thing) => `${kind} ${name}`;

function whyOf({ name }: Thing, record: FlowRecord | null): string {
  const commands = record?.steps.flatMap((step) => step.commands) ?? [];
  const failed = commands.find(({ state, line }) => state === 'failed' && line.split(' ').includes(name));
  return failed === undefined ? 'it was not removed' : failed.output.trim();
}
