import type { Protocol } from './database.ts';
import type { Parameter } from './request.ts';

/** What Home and the command line show of a recipe. */
export interface RecipeInfo {
  readonly kind: string;
  readonly title: string;
  /** One sentence of two lines on the card. */
  readonly summary: string;
  readonly defaultNodes: number;
  readonly databases: readonly {
    readonly id: string;
    readonly title: string;
    readonly short: string;
    readonly protocol: Protocol;
  }[];
  readonly parameters: readonly Parameter[];
  /** Commands worth offering in a node's side panel, as typed. */
  readonly console: readonly string[];
  /** Least privilege in words, each with its reason. */
  readonly privileges: readonly Privilege[];
  /** True where the product can grow and shrink by its own verbs. */
  readonly canResize: boolean;
  /** What its users do with such a lab, in the order shown. */
  readonly flows: readonly FlowInfo[];
}

/** What a node may do beyond nothing, and why. */
export interface Privilege {
  readonly text: string;
  /** Key of a boolean parameter: given only when that is on, and told beside it. */
  readonly with?: string;
}

/** Something a user does with a running lab: what the menu, the form and `quorate do` show of it. */
export interface FlowInfo {
  /** Unique in its recipe, e.g. `max-voters`. */
  readonly id: string;
  /** What it does, as on a button, e.g. `Set cluster.max_voters`. */
  readonly title: string;
  /** One or two sentences: what it shows. */
  readonly help: string;
  /** Flows under one heading in menus, e.g. `Members`, `Instances`. */
  readonly group: string;
  /** `node`: it is started on a node. */
  readonly on: 'lab' | 'node';
  readonly parameters: readonly Parameter[];
  /** What will be lost, where data is: it is asked for before it runs. */
  readonly loses?: string;
}

/** An image of another state of the recipes, e.g. `quorate/ovn:3f2a9c81`, and the containers that use it. */
export interface OldImage {
  readonly tag: string;
  readonly usedBy: readonly string[];
}

/** An old image that nothing used and that was to go. */
export interface RemovedImage {
  readonly tag: string;
  /** Why it is still there; empty when it is gone. */
  readonly why: string;
}

export type ImageState = 'ready' | 'to-build' | 'unknown';
