import { Tables } from '../../../shared/ovsdb/rows.ts';
import type { Json, JsonRpcSession } from '../../../shared/ovsdb/session.ts';

/** What to follow of a table. */
export interface TableRequest {
  readonly columns: readonly string[];
  /** Conditions as in RFC 7047, e.g. `[['type', '==', 'geneve']]`; all rows without. */
  readonly where?: readonly (readonly [string, string, string])[];
  /** Which of the columns may hold more than one element. */
  readonly sets?: readonly string[];
}

export type TableRequests = Readonly<Record<string, TableRequest>>;

/** The monitors of one session, one per database. Claims the session's notifications. */
export class Monitors {
  readonly #listeners = new Map<string, (updates: Json) => void>();

  constructor(private readonly session: JsonRpcSession) {
    session.onNotify((method, params) => {
      if (method !== 'update2' || !Array.isArray(params)) return;
      const [id, updates] = params as readonly Json[];
      this.#listeners.get(JSON.stringify(id))?.(updates ?? {});
    });
  }

  /**
   * Follows tables until the session ends or `cancel`. Resolves with their contents, kept current; `onChange` comes after each update.
   * @param timeout milliseconds
   * @throws LabError 'source/silent' | 'source/unreadable'
   */
  async follow(database: string, requests: TableRequests, onChange: () => void, timeout: number): Promise<Tables> {
    const id = ['quorate', database];
    const sets = Object.fromEntries(Object.entries(requests).map(([name, { sets }]) => [name, sets ?? []]));
    const tables = new Tables(sets);
    const wire = Object.fromEntries(
      Object.entries(requests).map(([name, { columns, where }]) => [
        name,
        [{ columns, ...(where === undefined ? {} : { where }) }],
      ]),
    );
    // An update may stand in the same piece of the stream as the contents it changes.
    const early: Json[] = [];
    let loaded = false;
    this.#listeners.set(JSON.stringify(id), (updates) => {
      if (!loaded) {
        early.push(updates);
        return;
      }
      tables.apply(updates);
      onChange();
    });
    tables.apply(await this.session.call('monitor_cond', [database, id, wire], timeout));
    for (const updates of early) tables.apply(updates);
    loaded = true;
    return tables;
  }

  cancel(database: string): void {
    const id = ['quorate', database];
    if (!this.#listeners.delete(JSON.stringify(id)) || this.session.closed) return;
    // Nothing waits for the answer: updates that still come are not listened to.
    this.session.call('monitor_cancel', [id], 5000).catch(() => undefined);
  }
}
