import * as v from 'valibot';

/** Most nodes a lab may have, and fewest. */
export const nodeLimits = { min: 1, max: 9 } as const;

/** Memory limit of a node in MiB. */
export const memoryLimits = { min: 128, max: 65536, default: 256 } as const;

/** A setting of a recipe, as data: it draws the form, checks `--set`, and becomes the JSON Schema of a lab file. */
export type Parameter =
  | {
      readonly key: string;
      readonly title: string;
      readonly help: string;
      readonly type: 'integer';
      readonly default: number;
      readonly min: number;
      readonly max: number;
      readonly unit: string;
    }
  | {
      readonly key: string;
      readonly title: string;
      readonly help: string;
      readonly type: 'choice';
      readonly default: string;
      readonly choices: readonly { readonly value: string; readonly title: string }[];
    }
  | {
      readonly key: string;
      readonly title: string;
      readonly help: string;
      readonly type: 'boolean';
      readonly default: boolean;
    }
  | {
      readonly key: string;
      readonly title: string;
      readonly help: string;
      readonly type: 'text';
      readonly default: string;
      /** Characters; control characters but newlines of `lines` are refused everywhere. */
      readonly max: number;
      /** It may have several lines, e.g. a preseed. */
      readonly lines?: true;
      /** It may not be empty. */
      readonly required?: true;
    };

export type Setting = string | number | boolean;

/** What is asked of `deploy`, complete: every default filled in. Also the label `io.quorate.spec`. */
export interface LabRequest {
  readonly name: string;
  readonly recipe: string;
  readonly nodes: number;
  readonly memoryMiB: number;
  readonly settings: Readonly<Record<string, Setting>>;
  /** What is done once it is healthy, in this order; absent in the label, for it is done once. */
  readonly then?: readonly NextFlow[];
}

/** A flow of the recipe (`FlowInfo.id`), the node it is started on, and its settings: complete. */
export interface NextFlow {
  readonly do: string;
  readonly on?: string;
  readonly with: Readonly<Record<string, Setting>>;
}

/** Most flows that may follow a deploy. */
export const nextLimit = 50;

/**
 * Every key as it came: valibot's record leaves out `constructor`, `prototype` and `__proto__`, and what is left out is not refused. A list
 * has keys, too: 0, 1, 2.
 */
export const settingsInput = v.pipe(
  v.custom<Readonly<Record<string, Setting>>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'it must be keys with values',
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const [key, value] of Object.entries(dataset.value)) {
      if (['string', 'number', 'boolean'].includes(typeof value)) continue;
      const path: [v.IssuePathItem] = [{ type: 'object', origin: 'value', input: dataset.value, key, value }];
      addIssue({ message: 'it must be text, a number, true or false', path });
    }
  }),
);

/** What a door may send: everything but the recipe may be left out. Bounds and names are checked by `readRequest`. */
export const requestInput = v.strictObject({
  recipe: v.string(),
  name: v.optional(v.string()),
  nodes: v.optional(v.union([v.number(), v.string()])),
  memoryMiB: v.optional(v.union([v.number(), v.string()])),
  settings: v.optional(settingsInput),
  then: v.optional(
    v.pipe(
      v.array(v.strictObject({ do: v.string(), on: v.optional(v.string()), with: v.optional(settingsInput) })),
      v.maxLength(nextLimit),
    ),
  ),
});
export type RequestInput = v.InferOutput<typeof requestInput>;
