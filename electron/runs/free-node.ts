import { LabError } from '../../shared/errors.ts';
import { nodeLimits } from '../../shared/request.ts';
import type { Found } from '../engines/engine.ts';

/** The lowest free name of a node. @throws LabError 'input/invalid' when the lab has all it may have */
export function freeNode(found: Found): string {
  for (let number = nodeLimits.min; number <= nodeLimits.max; number++) {
    if (!found.nodes.some(({ node }) => node === `node-${number}`)) return `node-${number}`;
  }
  throw new LabError('input/invalid', `A lab has at most ${nodeLimits.max} nodes.`, { field: 'nodes' });
}
