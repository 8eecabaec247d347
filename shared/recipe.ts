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
  readonly privileges: readonly string[];
  /** True where the product can grow and shrink by its own verbs. */
  readonly canResize: boolean;
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
