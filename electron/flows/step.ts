import type { NetworkSpec, NodeSpec } from '../engines/engine.ts';
import type { LabView } from '../../shared/lab.ts';

/**
 * One word of a command: plain, or what an earlier command printed (trimmed), named by `capture`. A captured secret is masked on every
 * screen and in every record; an exported script uses a shell variable for it.
 */
export type Word = string | { readonly captured: string };

/** Words with what was captured in their place; what is not known is empty. */
export function known(words: readonly Word[], captured: ReadonlyMap<string, string>): readonly string[] {
  return words.map((word) => (typeof word === 'string' ? word : (captured.get(word.captured) ?? '')));
}

/** A literal command in a node, as the user would type it. */
export interface NodeCommand {
  readonly node: string;
  readonly words: readonly Word[];
  /** Keeps trimmed stdout under this name for later words; `secret` masks it everywhere. */
  readonly capture?: {
    readonly name: string;
    readonly secret: boolean;
    /** Only the last line of it. */
    readonly last?: true;
  };
  /** What it reads, joined, with a newline at its end; a script gives it as a here-document. */
  readonly stdin?: readonly Word[];
  /** That it fails is what it shows: the step ends well with a non-zero exit, and badly without. */
  readonly refused?: true;
}

export interface Explanation {
  readonly message: string;
  readonly fix?: string;
}

interface StepBase {
  /** Unique in its plan and stable over retries, e.g. `join:node-2`. */
  readonly id: string;
  readonly title: string;
  /** Milliseconds for the whole step. */
  readonly timeout: number;
}

/** A flow is a list of these, built as data by a recipe and run by one loop (`run-flow.ts`). What a step made, its kind can undo. */
export type Step =
  /** `image` is the folder in `resources/images/`, `tag` what it is called in the engine. Images are kept when a run is undone. */
  | (StepBase & { readonly kind: 'image'; readonly image: string; readonly tag: string })
  /** All at once. */
  | (StepBase & { readonly kind: 'networks'; readonly networks: readonly NetworkSpec[] })
  /** Creates all nodes at once, then starts all at once: a lab with a node never started was never formed. */
  | (StepBase & { readonly kind: 'nodes'; readonly nodes: readonly NodeSpec[] })
  /**
   * Chains run side by side, the commands of one chain one after the other. A non-zero exit fails the step. `undo` takes back in the
   * rest of the lab what the commands did there; left out where removing the step's nodes is enough.
   */
  | (StepBase & {
      readonly kind: 'commands';
      readonly chains: readonly (readonly NodeCommand[])[];
      readonly undo?: readonly NodeCommand[];
      /** Each chain begins as soon as its node runs, while the step before, of kind `nodes`, still starts others. */
      readonly asNodesStart?: true;
      /** A failed command, or one that did not end in time, in plain words with the way out; null where its own output says it best. */
      readonly explain?: (output: string, command: NodeCommand, timedOut: boolean) => Explanation | null;
    })
  /** Copies files of one node into others, e.g. certificates. Paths are the same on both sides. */
  | (StepBase & {
      readonly kind: 'copy';
      readonly from: string;
      readonly to: readonly string[];
      readonly paths: readonly string[];
    })
  /**
   * Waits until the observed lab satisfies `unmet` (which says in words what is still missing; null when all is there). `script` is a
   * command a person could wait with.
   */
  | (StepBase & {
      readonly kind: 'wait';
      readonly unmet: (view: LabView) => string | null;
      readonly script: readonly NodeCommand[];
      /** What it came to, in words, from the view that left nothing unmet: the note of the step from then on. */
      readonly tells?: (view: LabView) => string;
    })
  /** Ends nodes at once, with all that runs in them, as a power cut does. Its undo starts them again. */
  | (StepBase & { readonly kind: 'power-cut'; readonly nodes: readonly string[] })
  /** Short node names of the lab, removed at once; `keepVolumes`: their data waits for the next container (`NodeSpec.takesOver`). */
  | (StepBase & { readonly kind: 'remove-nodes'; readonly nodes: readonly string[]; readonly keepVolumes?: true })
  /** Full network names, removed at once. */
  | (StepBase & { readonly kind: 'remove-networks'; readonly networks: readonly string[] })
  | (StepBase & { readonly kind: 'remove-volumes'; readonly volumes: readonly string[] });

export type StepOf<K extends Step['kind']> = Extract<Step, { readonly kind: K }>;
