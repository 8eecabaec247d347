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

export type ImageState = 'ready' | 'to-build' | 'unknown';
