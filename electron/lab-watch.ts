import type { WireError } from '../shared/errors.ts';
import type { DatabaseView } from '../shared/database.ts';
import type { LabState, LabView, Millis, Warning } from '../shared/lab.ts';
import type { Endings } from './endings.ts';
import type { Engine, Found, FoundNode } from './engines/engine.ts';
import { labelledRequest, labView } from './lab-view.ts';
import type { Observer } from './observe/observer.ts';
import type { Recipe } from './recipes/recipe.ts';
import type { Recorder } from './recorder.ts';
import { UsagePoll } from './usage-poll.ts';

export interface Watcher {
  readonly onView: (view: LabView) => void;
  readonly onEnd: (error: WireError | null) => void;
  /** Whether the usage of nodes is measured for it, too. */
  readonly usage: boolean;
}

export interface LabWatchParts {
  readonly lab: string;
  readonly engine: Engine;
  readonly recipes: ReadonlyMap<string, Recipe>;
  readonly endings: Endings;
  readonly recorder: Recorder;
  readonly now: () => Millis;
  /** The last view changed in what a list shows of it. */
  readonly onSummary: () => void;
}

/** What is left of a lab's last observation, for lists. */
export interface LastSeen {
  readonly state: LabState;
  readonly databases: readonly DatabaseView[];
  readonly warnings: readonly Warning[];
}

/** A frame: views that come faster are told as one, the first of them at once. */
const frame = 16;
/** Switching between two pages of a lab does not close its sources. */
const linger = 5000;

/** One lab: its observers while somebody looks, and its views. */
export class LabWatch {
  readonly #watchers = new Set<Watcher>();
  #found: Found = { nodes: [], networks: [], missing: [] };
  #vanished: readonly FoundNode[] = [];
  #runId: string | null = null;
  #observer: Observer | null = null;
  #usage: UsagePoll | null = null;
  #lastSeen: LastSeen | null = null;
  #timer: NodeJS.Timeout | null = null;
  #lingering: NodeJS.Timeout | null = null;
  #pushedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: LabWatchParts) {}

  get runId(): string | null {
    return this.#runId;
  }

  get watched(): boolean {
    return this.#watchers.size > 0;
  }

  get lastSeen(): LastSeen | null {
    return this.#lastSeen;
  }

  /** True once every source answered or was given up; also while there is nothing to observe. */
  get settled(): boolean {
    return this.#observer?.settled() ?? true;
  }

  setRun(runId: string | null): void {
    this.#runId = runId;
    // What a run removed is not missed.
    this.#vanished = [];
    this.#changed();
  }

  setFound(found: Found): void {
    const names = new Set(found.nodes.map((node) => node.node));
    const lost = this.#runId === null && this.watched ? this.#all().filter((node) => !names.has(node.node)) : [];
    this.#vanished = lost.map((node) => ({ ...node, state: 'gone' as const, attached: [] }));
    this.#found = found;
    if (this.watched || this.#observer !== null) this.#observe();
    this.#changed();
  }

  add(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    if (this.#lingering !== null) clearTimeout(this.#lingering);
    this.#lingering = null;
    this.#observe();
    const view = this.view();
    if (view !== null) watcher.onView(view);
    return () => {
      if (!this.#watchers.delete(watcher) || this.watched) return;
      this.#lingering = setTimeout(() => this.#rest(), linger);
      this.#lingering.unref();
    };
  }

  /** Null while the engine holds nothing of it. */
  view(): LabView | null {
    const { lab, recipes, endings, now } = this.parts;
    if (this.#found.nodes.length + this.#found.networks.length === 0) return null;
    const request = labelledRequest(lab, this.#found);
    const recipe = recipes.get(request.recipe);
    return labView({
      lab,
      found: { ...this.#found, nodes: this.#all() },
      request,
      recipeTitle: recipe?.info.title ?? request.recipe,
      networkTitles: new Map(recipe?.networks(request).map(({ role, title }) => [role, title])),
      forms: recipe?.forms?.(request) ?? true,
      runId: this.#runId,
      observations: this.#observer?.current() ?? null,
      usage: this.#usage?.usage ?? new Map(),
      endings,
      now: now(),
    });
  }

  /** Tells all watchers that it is over, and rests. */
  end(error: WireError | null): void {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    this.#vanished = [];
    this.#rest();
    for (const watcher of watchers) watcher.onEnd(error);
  }

  close(): void {
    this.#watchers.clear();
    this.#rest();
  }

  #all(): readonly FoundNode[] {
    return this.#vanished.length === 0 ? this.#found.nodes : [...this.#found.nodes, ...this.#vanished];
  }

  #observe(): void {
    const { lab, engine, recipes, recorder, now } = this.parts;
    if (this.#found.nodes.length === 0) return;
    const request = labelledRequest(lab, this.#found);
    const onChange = () => this.#changed();
    if (this.#observer === null) {
      const recipe = recipes.get(request.recipe);
      if (recipe === undefined) return;
      recorder.observing(lab, true);
      this.#observer = recipe.observe({ request, engine, now, onChange });
    }
    if (this.#usage === null && [...this.#watchers].some(({ usage }) => usage))
      this.#usage = new UsagePoll({ engine, now, onChange });
    this.#usage?.nodes(this.#found.nodes);
    this.#observer.nodes(this.#all());
  }

  #rest(): void {
    for (const timer of [this.#timer, this.#lingering]) if (timer !== null) clearTimeout(timer);
    this.#timer = null;
    this.#lingering = null;
    if (this.#observer === null) return;
    this.#observer.close();
    this.#usage?.close();
    this.#observer = null;
    this.#usage = null;
    this.parts.recorder.observing(this.parts.lab, false);
  }

  #changed(): void {
    if (this.#timer !== null || (!this.watched && this.#observer === null)) return;
    const wait = this.#pushedAt + frame - performance.now();
    if (wait <= 0) this.#push();
    else this.#timer = setTimeout(() => this.#push(), wait);
  }

  #push(): void {
    this.#timer = null;
    this.#pushedAt = performance.now();
    const view = this.view();
    if (view === null) return;
    if (view.observed) {
      this.parts.recorder.view(view);
      this.#lastSeen = { state: view.state, databases: view.databases, warnings: view.warnings };
      this.parts.onSummary();
    }
    for (const watcher of [...this.#watchers]) watcher.onView(view);
  }
}
