import type { Found } from '../engines/engine.ts';
import type { Step } from '../flows/step.ts';

/** Removes all that is there; kinds of which there is nothing have no step. @param volumes names */
export function destroySteps(found: Found, volumes: readonly string[]): readonly Step[] {
  const nodes = found.nodes.map(({ node }) => node);
  const networks = found.networks.map(({ name }) => name);
  const timeout = 120_000;
  const steps: readonly Step[] = [
    { kind: 'remove-nodes', id: 'nodes', title: 'Remove the nodes', timeout, nodes },
    { kind: 'remove-networks', id: 'networks', title: 'Remove the networks', timeout, networks },
    { kind: 'remove-volumes', id: 'volumes', title: 'Remove the volumes', timeout, volumes },
  ];
  const counts = [nodes.length, networks.length, volumes.length];
  return steps.filter((_step, index) => counts[index] !== 0);
}
