import type { LabEvent } from '../shared/event.ts';
import type { LabView, Millis, PastView } from '../shared/lab.ts';
import type { EngineEvent, Found } from './engines/engine.ts';
import { isCut } from './lab-view.ts';
import { PastViews } from './past-views.ts';
import { ViewChanges } from './view-changes.ts';

/** Most events kept per lab; the oldest go first. */
export const recordLimit = 5000;

interface LabRecord {
  events: LabEvent[];
  readonly listeners: Set<(events: readonly LabEvent[]) => void>;
  /** Not yet handed to the listeners. */
  fresh: LabEvent[];
  changes: ViewChanges | null;
  readonly past: PastViews;
  cut: ReadonlyMap<string, boolean>;
}

/**
 * The flight recorder: what happened in each lab since this backend saw it. Nodes are recorded always, databases and members while somebody
 * looks; `recorder start` and `recorder stop` mark the time between, so that a gap is not read as peace.
 */
export class Recorder {
  readonly #records = new Map<string, LabRecord>();

  constructor(private readonly now: () => Millis) {}

  /** The record so far at once, then batches in order. */
  subscribe(lab: string, onEvents: (events: readonly LabEvent[]) => void): () => void {
    const record = this.#record(lab);
    this.#flush(record);
    record.listeners.add(onEvents);
    onEvents([...record.events]);
    return () => record.listeners.delete(onEvents);
  }

  add(lab: string, draft: Omit<LabEvent, 'timestamp'>, at = this.now()): void {
    const record = this.#record(lab);
    const event = { timestamp: new Date(at).toISOString(), ...draft };
    record.events.push(event);
    if (record.events.length > recordLimit) record.events.shift();
    record.fresh.push(event);
    if (record.fresh.length === 1) setImmediate(() => this.#flush(record));
  }

  /** Observation of a lab begins or ends. */
  observing(lab: string, on: boolean): void {
    const record = this.#record(lab);
    if (on === (record.changes !== null)) return;
    record.changes = on ? new ViewChanges() : null;
    if (!on) record.past.pause(this.now());
    this.add(lab, { type: 'recorder', action: on ? 'start' : 'stop', actor_id: lab, actor_name: lab, attributes: {} });
  }

  view(view: LabView): void {
    const record = this.#record(view.name);
    if (record.changes === null) return;
    record.past.keep(view);
    for (const draft of record.changes.next(view)) this.add(view.name, draft);
  }

  /** The lab as it was seen at a moment. */
  past(lab: string, at: Millis): PastView {
    const now = this.now();
    return this.#records.get(lab)?.past.at(at, now) ?? { view: null, from: null, until: now };
  }

  engineEvent(event: EngineEvent): void {
    // Networks of a node show as `cut` and `restore` of the node, see `found`.
    if (event.kind !== 'node' || event.action === 'connect' || event.action === 'disconnect') return;
    const attributes: Record<string, string> = event.exitCode === null ? {} : { exitCode: String(event.exitCode) };
    const { action, id, name } = event;
    this.add(event.lab, { type: 'node', action, actor_id: id, actor_name: name, attributes }, event.at);
  }

  found(lab: string, found: Found): void {
    const record = this.#record(lab);
    // A node that was only created gets its networks one after the other: nothing was restored.
    const made = found.nodes.filter((node) => node.state !== 'created');
    const cut = new Map(made.map((node) => [node.id, isCut(node)]));
    for (const node of made) {
      const was = record.cut.get(node.id);
      const is = cut.get(node.id) ?? false;
      if (was === undefined || was === is || node.state === 'unreachable') continue;
      const action = is ? 'cut' : 'restore';
      this.add(lab, { type: 'node', action, actor_id: node.id, actor_name: node.node, attributes: {} });
    }
    record.cut = cut;
  }

  /** The lab is gone, and its record with it, once nobody reads it. */
  forget(lab: string): void {
    const record = this.#records.get(lab);
    if (record === undefined) return;
    this.#flush(record);
    if (record.listeners.size === 0) this.#records.delete(lab);
    else record.changes = null;
  }

  #record(lab: string): LabRecord {
    const known = this.#records.get(lab);
    if (known !== undefined) return known;
    const record: LabRecord = {
      events: [],
      listeners: new Set(),
      fresh: [],
      changes: null,
      past: new PastViews(),
      cut: new Map(),
    };
    this.#records.set(lab, record);
    return record;
  }

  #flush(record: LabRecord): void {
    const { fresh } = record;
    if (fresh.length === 0) return;
    record.fresh = [];
    for (const listener of record.listeners) listener(fresh);
  }
}
