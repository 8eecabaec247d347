import type { LabSummary } from '../shared/lab.ts';
import type { Endings } from './endings.ts';
import type { Found } from './engines/engine.ts';
import { createdAt, isCut, labelledRequest, labState, nodeWarnings } from './lab-view.ts';
import type { LabWatch } from './lab-watch.ts';
import type { Recipe } from './recipes/recipe.ts';

/** A lab in a list: labels, and what its last observation left. */
export function labSummary(
  name: string,
  found: Found,
  watch: Pick<LabWatch, 'runId' | 'lastSeen'> | null,
  recipes: ReadonlyMap<string, Recipe>,
  endings: Endings,
): LabSummary {
  const request = labelledRequest(name, found);
  const { recipe } = request;
  const runId = watch?.runId ?? null;
  const lastSeen = watch?.lastSeen ?? null;
  const fromLabels = labState(found.nodes, null, runId, recipes.get(recipe)?.forms?.(request) ?? true);
  return {
    name,
    recipe,
    recipeTitle: recipes.get(recipe)?.info.title ?? recipe,
    createdAt: createdAt(found),
    nodes: found.nodes.map((node) => ({ name: node.node, state: node.state, cut: isCut(node) })),
    databases: lastSeen?.databases ?? [],
    state: fromLabels === 'unknown' ? (lastSeen?.state ?? 'unknown') : fromLabels,
    runId,
    warnings: lastSeen?.warnings ?? nodeWarnings(found.nodes, endings),
  };
}
