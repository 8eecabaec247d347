import { fromWireError, LabError, toWireError, type WireError } from '../shared/errors.ts';
import type { LabEvent } from '../shared/event.ts';
import type { LabSummary, LabView, Millis, PastView } from '../shared/lab.ts';
import { Endings } from './endings.ts';
import type { Engine, Found } from './engines/engine.ts';
import { Inventory } from './inventory.ts';
import { labSummary } from './lab-list.ts';
import { LabWatch, type Watcher } from './lab-watch.ts';
import type { Recipe } from './recipes/recipe.ts';
import { Recorder } from './recorder.ts';

/** Lists change in bursts while a lab is built. */
const listFrame = 33;

/** The labs of one engine: lists from labels, views joined with what is observed while somebody looks, and their records. */
export class Labs {
  readonly #engine: Engine;
  readonly #recipes: ReadonlyMap<string, Recipe>;
  readonly #now: () => Millis;
  readonly #endings = new Endings();
  readonly #recorder: Recorder;
  readonly #inventory: Inventory;
  readonly #watches = new Map<string, LabWatch>();
  readonly #listeners = new Set<(labs: readonly LabSummary[]) => void>();
  #listTimer: NodeJS.Timeout | null = null;

  constructor(deps: { engine: Engine; recipes: ReadonlyMap<string, Recipe>; now?: () => number }) {
    this.#engine = deps.engine;
    this.#recipes = deps.recipes;
    this.#now = deps.now ?? Date.now;
    this.#recorder = new Recorder(this.#now);
    this.#inventory = new Inventory(deps.engine, {
      event: (event) => {
        this.#endings.note(event);
        this.#recorder.engineEvent(event);
      },
      found: (lab, found) => this.#found(lab, found),
      listed: () => this.#listChanged(),
    });
  }

  /** Every lab the engine's labels tell of, by name. */
  async summaries(): Promise<readonly LabSummary[]> {
    await this.#inventory.look();
    return this.#summaries();
  }

  /** Pushes the list once it is known (never an empty one because no engine answers), then at each engine event and change of a run. Returns its own undo. */
  watchList(onValue: (labs: readonly LabSummary[]) => void): () => void {
    this.#listeners.add(onValue);
    void this.#inventory.look().then(() => {
      if (this.#listeners.has(onValue) && this.#inventory.missing.length === 0) onValue(this.#summaries());
    });
    return () => this.#listeners.delete(onValue);
  }

  /**
   * Opens the lab's observers while at least one watcher is there, and pushes each view, the first one at once. Ends with null when the lab
   * is gone, with an error when there is none. A lab that a run is about to make may be watched before it exists.
   */
  watch(lab: string, onView: (view: LabView) => void, onEnd: (error: WireError | null) => void): () => void {
    return this.#add(lab, { onView, onEnd, usage: true });
  }

  /** Keeps a lab's sources open for a run, so that its waits find them open. Returns its own undo. */
  hold(lab: string): () => void {
    return this.#add(lab, { onView: () => undefined, onEnd: () => undefined, usage: false });
  }

  /** The record so far, then batches. Returns its own undo. */
  watchEvents(lab: string, onEvents: (events: readonly LabEvent[]) => void): () => void {
    return this.#recorder.subscribe(lab, onEvents);
  }

  /** The lab as it was seen at a moment, also of one that is gone and whose record is still read. */
  past(lab: string, at: Millis): PastView {
    return this.#recorder.past(lab, at);
  }

  /**
   * One view, after every source answered or `timeout` milliseconds passed.
   * @throws LabError 'input/unknown' | 'engine/unreachable'
   */
  async inspect(lab: string, options: { timeout: number }): Promise<LabView> {
    await this.find(lab);
    await this.#inventory.refresh(lab);
    return new Promise((resolve, reject) => {
      const watch = this.#watch(lab);
      let last: LabView | null = null;
      const timer = setTimeout(() => finish(), options.timeout);
      const finish = () => {
        clearTimeout(timer);
        undo();
        if (last === null) reject(unknownLab(lab));
        else resolve(last);
      };
      // The first view may come before `add` has returned.
      let undo = () => {};
      undo = watch.add({
        usage: true,
        onView: (view) => {
          last = view;
          if (watch.settled) queueMicrotask(finish);
        },
        onEnd: () => {
          clearTimeout(timer);
          reject(unknownLab(lab));
        },
      });
    });
  }

  /**
   * Resolves when an observed view leaves nothing unmet; `unmet` is asked at each view. `onUnmet` gets its words as they change.
   * @throws LabError 'step/timeout' naming what was last unmet, 'cancelled', 'input/unknown' when the lab goes
   */
  waitFor(
    lab: string,
    unmet: (view: LabView) => string | null,
    options: { timeout: number; signal: AbortSignal; onUnmet?: (words: string) => void },
  ): Promise<void> {
    const { timeout, signal, onUnmet } = options;
    return new Promise((resolve, reject) => {
      let words = 'Nothing was observed yet';
      let undo = () => {};
      const finish = (error: unknown) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        queueMicrotask(() => undo());
        if (error === null) resolve();
        else reject(error);
      };
      const timer = setTimeout(
        () => finish(new LabError('step/timeout', `Not within ${timeout / 1000} s: ${words}`)),
        timeout,
      );
      const onAbort = () => finish(new LabError('cancelled', 'Cancelled.'));
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) {
        onAbort();
        return;
      }
      const onView = (view: LabView) => {
        if (!view.observed) return;
        try {
          const left = unmet(view);
          if (left === null) finish(null);
          else if (left !== words) {
            words = left;
            onUnmet?.(left);
          }
        } catch (error) {
          finish(error);
        }
      };
      const onEnd = (error: WireError | null) => finish(error === null ? unknownLab(lab) : fromWireError(error));
      undo = this.#add(lab, { onView, onEnd, usage: false });
    });
  }

  /** @throws LabError 'input/unknown' when nothing carries that lab's label, 'engine/unreachable' */
  async find(lab: string): Promise<Found> {
    const found = await this.#engine.list(lab);
    if (found.missing.length > 0)
      throw new LabError('engine/unreachable', 'The container engine does not answer.', {
        detail: found.missing.join('\n'),
      });
    if (found.nodes.length + found.networks.length === 0) throw unknownLab(lab);
    return found;
  }

  /** The run that changes this lab now, or null; shown in views, and forces the state `forming`. */
  setRun(lab: string, runId: string | null): void {
    this.#watch(lab).setRun(runId);
    this.#listChanged();
    // While it runs events tell of each thing it makes; Podman tells of no network that went.
    if (runId === null) void this.#inventory.refresh(lab);
  }

  /** Runs and actions write into the record here. */
  record(lab: string, event: Omit<LabEvent, 'timestamp'>): void {
    this.#recorder.add(lab, event);
  }

  /** An engine answers now: no need to wait for the next try. */
  engineReady(): void {
    void this.#inventory.look();
  }

  close(): void {
    this.#inventory.close();
    if (this.#listTimer !== null) clearTimeout(this.#listTimer);
    for (const watch of this.#watches.values()) watch.close();
    this.#watches.clear();
    this.#listeners.clear();
  }

  #found(lab: string, found: Found): void {
    this.#recorder.found(lab, found);
    const gone = found.nodes.length + found.networks.length === 0 && found.missing.length === 0;
    const watch = this.#watches.get(lab);
    if (!gone) (watch ?? this.#watch(lab)).setFound(found);
    else if (watch !== undefined && watch.runId === null) {
      this.#watches.delete(lab);
      watch.end(null);
      this.#recorder.forget(lab);
    } else watch?.setFound(found);
    this.#listChanged();
  }

  #watch(lab: string): LabWatch {
    const known = this.#watches.get(lab);
    if (known !== undefined) return known;
    const watch = new LabWatch({
      lab,
      engine: this.#engine,
      recipes: this.#recipes,
      endings: this.#endings,
      recorder: this.#recorder,
      now: this.#now,
      onSummary: () => this.#listChanged(),
    });
    this.#watches.set(lab, watch);
    const found = this.#inventory.labs.get(lab);
    if (found !== undefined) watch.setFound(found);
    return watch;
  }

  #add(lab: string, watcher: Watcher): () => void {
    const watch = this.#watch(lab);
    const undo = watch.add(watcher);
    if (!this.#inventory.labs.has(lab)) void this.#endIfUnknown(lab, watch);
    return undo;
  }

  /** Watched before it was listed: a run may be about to make it, it may be just made, or not there at all. */
  async #endIfUnknown(lab: string, watch: LabWatch): Promise<void> {
    if (watch.runId !== null) return;
    try {
      await this.find(lab);
      await this.#inventory.refresh(lab);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      if (error.code !== 'input/unknown' || watch.runId !== null) return;
      if (this.#watches.get(lab) === watch) this.#watches.delete(lab);
      watch.end(toWireError(error));
    }
  }

  #summaries(): readonly LabSummary[] {
    return [...this.#inventory.labs]
      .map(([lab, found]) => labSummary(lab, found, this.#watches.get(lab) ?? null, this.#recipes, this.#endings))
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  }

  #listChanged(): void {
    if (this.#listeners.size === 0 || !this.#inventory.complete) return;
    this.#listTimer ??= setTimeout(() => {
      this.#listTimer = null;
      const list = this.#summaries();
      for (const listener of [...this.#listeners]) listener(list);
    }, listFrame);
  }
}

function unknownLab(lab: string): LabError {
  return new LabError('input/unknown', `There is no lab named ${lab}.`, { field: 'lab' });
}
