import type { FlowInfo } from '../../../shared/recipe.ts';

/** Flows under their headings, headings and flows in the order the recipe first names them. */
export function byGroup(flows: readonly FlowInfo[]): readonly FlowInfo[] {
  const groups = [...new Set(flows.map(({ group }) => group))];
  return groups.flatMap((group) => flows.filter((flow) => flow.group === group));
}

/** The flows one is offered on a node: its own; on the lab: all, as a flow of a node asks which. */
export function offered(flows: readonly FlowInfo[], node: string | null): readonly FlowInfo[] {
  return byGroup(node === null ? flows : flows.filter(({ on }) => on === 'node'));
}
