import type { Json } from './session.ts';

/** A row as OVSDB sends it: column to value; absent columns hold their default (RFC 7047, `update2` of ovsdb-server(7)). */
export type Row = Readonly<Record<string, Json>>;
/** Rows of one table by UUID. */
export type Table = ReadonlyMap<string, Row>;

type RowUpdate2 = { initial?: Row; insert?: Row; delete?: null; modify?: Row };

/** Contents of monitored tables, kept current by `update2` (ovsdb-server(7) section 4.1.13). */
export class Tables {
  readonly #tables = new Map<string, Map<string, Row>>();

  /** @param sets per table its columns that hold more than one element: the wire alone does not tell them from optional ones. */
  constructor(private readonly sets: Readonly<Record<string, readonly string[]>> = {}) {}

  table(name: string): Table {
    return this.#tables.get(name) ?? new Map<string, Row>();
  }

  /** Applies a `table-updates2` object; also the reply to `monitor_cond`. */
  apply(updates: Json): void {
    for (const [name, rows] of Object.entries(updates as Record<string, Record<string, RowUpdate2>>)) {
      const table = this.#tables.get(name) ?? new Map<string, Row>();
      this.#tables.set(name, table);
      for (const [uuid, update] of Object.entries(rows)) {
        if (update.initial !== undefined) table.set(uuid, update.initial);
        else if (update.insert !== undefined) table.set(uuid, update.insert);
        else if (update.modify !== undefined)
          table.set(uuid, modified(table.get(uuid) ?? {}, update.modify, this.sets[name] ?? []));
        else table.delete(uuid);
      }
    }
  }
}

/**
 * Sets and maps in `modify` are differences: elements in both old and new are removed, others added; a map key with another value
 * is replaced. Scalars and optional values are replaced (`ovsdb_datum_diff` of ovsdb-data.c: only types with max > 1 differ).
 */
function modified(row: Row, change: Row, sets: readonly string[]): Row {
  const next: Record<string, Json> = { ...row };
  for (const [column, value] of Object.entries(change)) {
    const before = row[column];
    if (isTagged(value, 'map')) next[column] = ['map', mapDifference(pairs(before), pairs(value))];
    else if (sets.includes(column)) next[column] = setDifference(before, value);
    else next[column] = value;
  }
  return next;
}

function setDifference(before: Json | undefined, change: Json): Json {
  const old = elements(before);
  const flipped = elements(change);
  const has = (list: readonly Json[], item: Json) =>
    list.some((other) => JSON.stringify(other) === JSON.stringify(item));
  const result = [...old.filter((item) => !has(flipped, item)), ...flipped.filter((item) => !has(old, item))];
  return ['set', result];
}

function mapDifference(before: readonly (readonly [Json, Json])[], change: readonly (readonly [Json, Json])[]): Json {
  const result = new Map(before.map(([key, value]) => [JSON.stringify(key), [key, value] as const]));
  for (const [key, value] of change) {
    const at = JSON.stringify(key);
    const old = result.get(at);
    if (old !== undefined && JSON.stringify(old[1]) === JSON.stringify(value)) result.delete(at);
    else result.set(at, [key, value]);
  }
  return [...result.values()];
}

function isTagged(value: Json | undefined, tag: 'set' | 'map' | 'uuid'): value is readonly [string, Json] {
  return Array.isArray(value) && value.length === 2 && value[0] === tag;
}

/** Elements of a set column: `["set",[…]]`, or one bare value for a set of one, or nothing. */
export function elements(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return isTagged(value, 'set') ? (value[1] as readonly Json[]) : [value];
}

function pairs(value: Json | undefined): readonly (readonly [Json, Json])[] {
  return isTagged(value, 'map') ? (value[1] as unknown as readonly (readonly [Json, Json])[]) : [];
}

/** A map column of strings, e.g. `external_ids`. */
export function stringMap(value: Json | undefined): ReadonlyMap<string, string> {
  return new Map(pairs(value).map(([key, item]) => [String(key), String(item)]));
}

/** The UUIDs a reference column names. */
export function references(value: Json | undefined): readonly string[] {
  return elements(value).flatMap((item) => (isTagged(item, 'uuid') ? [String(item[1])] : []));
}

/** A string column; `''` when absent or an empty optional. */
export function text(value: Json | undefined): string {
  const [first] = elements(value);
  return typeof first === 'string' ? first : '';
}
