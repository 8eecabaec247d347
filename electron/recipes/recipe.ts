import type { LabView } from '../../shared/lab.ts';
import type { FlowInfo, RecipeInfo } from '../../shared/recipe.ts';
import type { LabRequest, Setting } from '../../shared/request.ts';
import type { Found } from '../engines/engine.ts';
import type { NodeCommand, Step } from '../flows/step.ts';
import type { Observer, ObserveContext } from '../observe/observer.ts';

/** A network every node of a lab is on. */
export interface NetworkRole {
  /** Its label and the end of its name, e.g. `mgmt` (databases and daemons), `underlay` (tunnels), `api`. */
  readonly role: string;
  /** E.g. `Management`. */
  readonly title: string;
  /** No route to the outside. */
  readonly internal: boolean;
}

/** Where a lab's networks lie, by role: the first three bytes, e.g. `172.28.31`. Chosen before the plan is made, or read from labels. */
export type Subnets<R extends string = string> = Readonly<Record<R, string>>;

/** A lab as its objects tell, for plans that continue or change one. `view` is a fresh observation. */
export interface Present {
  readonly found: Found;
  readonly view: LabView | null;
}

/** What a flow is asked for: a lab as it is now, the node it was started on (flows of a node), and its settings, checked and complete. */
export interface FlowRequest {
  readonly request: LabRequest;
  readonly subnets: Subnets;
  readonly image: string;
  /** Tag of `Recipe.nextImage`, where there is one. */
  readonly nextImage?: string;
  readonly present: Present;
  readonly node: string | null;
  readonly settings: Readonly<Record<string, Setting>>;
}

/** Something its users do with the product, as a plan of literal commands. */
export interface RecipeFlow {
  readonly info: FlowInfo;
  /** What is wrong with it whatever the lab is like: asked before anything is created. @throws LabError 'input/*' */
  check?(asked: Pick<FlowRequest, 'request' | 'settings'>): void;
  /** @throws LabError 'input/*' for what can be refused before anything runs */
  plan(asked: FlowRequest): readonly Step[];
}

/**
 * A kind of lab, as a value. Plans are data: the same list is run, shown before it runs, tested without an engine and exported as a script.
 * A plan leaves out what `present` already has, so the plan of a half-built lab finishes it.
 */
export interface Recipe {
  readonly info: RecipeInfo;
  /** Name of the folder in `resources/images/`. */
  readonly image: string;
  /** The folder of the version a node may be upgraded to. */
  readonly nextImage?: string;
  /** One or more; the first is the one daemons and databases talk over. */
  networks(request: LabRequest): readonly NetworkRole[];
  deploy(request: LabRequest, subnets: Subnets, image: string, present: Present): readonly Step[];
  addMember(request: LabRequest, subnets: Subnets, image: string, present: Present, node: string): readonly Step[];
  removeMember(request: LabRequest, subnets: Subnets, present: Present, node: string, force: boolean): readonly Step[];
  /** Commands a node needs after its networks came back or were changed under it (addresses moved into a bridge, say). */
  afterRestore(node: string): readonly NodeCommand[];
  /** What its users do with such a lab beyond growing and breaking it; `info.flows` tells of the same, in the same order. */
  readonly flows: readonly RecipeFlow[];
  /** False for a lab whose nodes are left fresh on purpose: none lacks anything by being no member. Absent where every lab is formed. */
  forms?(request: LabRequest): boolean;
  /** Opens this recipe's sources; called while somebody looks, and by waits. */
  observe(context: ObserveContext): Observer;
}
