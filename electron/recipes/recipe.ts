import type { LabView } from '../../shared/lab.ts';
import type { RecipeInfo } from '../../shared/recipe.ts';
import type { LabRequest } from '../../shared/request.ts';
import type { Found } from '../engines/engine.ts';
import type { NodeCommand, Step } from '../flows/step.ts';
import type { Observer, ObserveContext } from '../observe/observer.ts';

/** Where a lab's networks lie: chosen before the plan is made, or read from labels. */
export interface Subnets {
  /** First three bytes, e.g. `172.28.31`. */
  readonly mgmt: string;
  readonly underlay: string;
}

/** A lab as its objects tell, for plans that continue or change one. `view` is a fresh observation. */
export interface Present {
  readonly found: Found;
  readonly view: LabView | null;
}

/**
 * A kind of lab, as a value. Plans are data: the same list is run, shown before it runs, tested without an engine and exported as a script.
 * A plan leaves out what `present` already has, so the plan of a half-built lab finishes it.
 */
export interface Recipe {
  readonly info: RecipeInfo;
  /** Name of the folder in `resources/images/`. */
  readonly image: string;
  deploy(request: LabRequest, subnets: Subnets, image: string, present: Present): readonly Step[];
  addMember(request: LabRequest, subnets: Subnets, image: string, present: Present, node: string): readonly Step[];
  removeMember(request: LabRequest, subnets: Subnets, present: Present, node: string, force: boolean): readonly Step[];
  /** Commands a node needs after its networks came back or were changed under it (addresses moved into a bridge, say). */
  afterRestore(node: string): readonly NodeCommand[];
  /** Opens this recipe's sources; called while somebody looks, and by waits. */
  observe(context: ObserveContext): Observer;
}
