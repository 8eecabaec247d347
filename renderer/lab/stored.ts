import * as v from 'valibot';

/** What the page keeps beside a lab, under one key per lab and part. Anything unreadable counts as absent. */
export function readStored<T>(
  storage: Storage,
  lab: string,
  part: string,
  schema: v.GenericSchema<unknown, T>,
): T | null {
  try {
    const text = storage.getItem(`quorate.lab.${lab}.${part}`);
    if (text === null) return null;
    const result = v.safeParse(schema, JSON.parse(text));
    return result.success ? result.output : null;
  } catch {
    // Not JSON, or the storage is barred: the same as nothing kept.
    return null;
  }
}

/** Keeps a value. A storage that is full or barred loses a convenience, never a lab, so that is no error. */
export function keepStored(storage: Storage, lab: string, part: string, value: unknown): void {
  try {
    storage.setItem(`quorate.lab.${lab}.${part}`, JSON.stringify(value));
  } catch {
    return;
  }
}

export const placesSchema = v.record(v.string(), v.object({ x: v.number(), y: v.number() }));
export const layersSchema = v.object({ management: v.boolean(), tunnels: v.boolean(), logical: v.boolean() });
export const sizesSchema = v.object({
  side: v.nullable(v.number()),
  /** Kept since steps of a flow stand beside a lab. */
  steps: v.optional(v.nullable(v.number()), null),
  dock: v.nullable(v.number()),
  dockShown: v.boolean(),
  sideShown: v.boolean(),
});
