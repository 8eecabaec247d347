import type { LabView } from '../../../shared/lab.ts';
import type { Layer } from '../lab-state.svelte.ts';
import { labWords } from '../words.ts';
import { busNetworks } from './wires.ts';

const words = labWords.layers;

/** Whether the lab has a logical network: OVN's Northbound describes it. Any other product has what it keeps on its nodes in that place. */
export function hasLogical(view: LabView): boolean {
  return view.databases.some(({ id }) => id === 'nb');
}

/** The layers a lab can be shown in, with their names: only what it has, before its first view what most have. */
export function layersOf(view: LabView | null): readonly (readonly [Layer, string])[] {
  const networks = view?.networks ?? [];
  const buses = busNetworks(networks);
  const hasTunnels = view === null || view.tunnels.length > 0 || networks.length > buses.length;
  return [
    ['management', buses.length > 1 ? words.networks : (buses[0]?.title ?? words.management)],
    ...(hasTunnels ? ([['tunnels', words.tunnels]] as const) : []),
    ['logical', view === null || hasLogical(view) ? words.logical : labWords.entities.layer],
  ];
}
