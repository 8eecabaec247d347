import { observeLxd } from '../../observe/lxd/observe-lxd.ts';
import { incusSources, lxdSources } from '../../observe/lxd/sources.ts';
import type { Recipe } from '../recipe.ts';
import { deploySteps } from './deploy.ts';
import type { Dialect } from './dialect.ts';
import { lxdFlows } from './flows/index.ts';
import { infoOf } from './info.ts';
import { lxdNetworks } from './nodes.ts';
import { addSteps, removeSteps } from './resize.ts';

/** The recipe of LXD or of Incus: the same plans with other names. */
export function recipeOf(dialect: Dialect): Recipe {
  const flows = lxdFlows(dialect);
  return {
    info: infoOf(dialect, flows),
    image: dialect.kind,
    nextImage: `${dialect.kind}-next`,
    networks: lxdNetworks,
    deploy: (...asked) => deploySteps(dialect, ...asked),
    addMember: (...asked) => addSteps(dialect, ...asked),
    removeMember: (request, _subnets, present, node, force) => removeSteps(dialect, request, present, node, force),
    forms: ({ settings }) => settings['form'] !== false,
    // Its addresses are the engine's; members find each other again by themselves.
    afterRestore: () => [],
    flows,
    observe: (context) => observeLxd(context, dialect.kind === 'lxd' ? lxdSources : incusSources),
  };
}
