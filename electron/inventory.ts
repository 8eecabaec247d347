import { LabError } from '../shared/errors.ts';
import type { Engine, EngineEvent, Found } from './engines/engine.ts';

const resubscribe = { first: 250, most: 5000 };

/**
 * What the engine holds, by lab, kept current by its events: listed once, then again only for the lab an event names. The subscription
 * costs nothing while nothing happens, and comes back when the engine does.
 */
export class Inventory {
  readonly #found = new Map<string, Found>();
  readonly #refreshing = new Map<string, Promise<void>>();
  readonly #dirty = new Set<string>();
  readonly #abort = new AbortController();
  #missing: readonly string[] = [];
  #complete = false;
  #wait = resubscribe.first;
  #timer: NodeJS.Timeout | null = null;
  #following: Promise<void> | null = null;
  #subscribed = false;

  constructor(
    private readonly engine: Engine,
    private readonly on: {
      readonly event: (event: EngineEvent) => void;
      /** The objects of a lab were listed anew; empty when it is gone. */
      readonly found: (lab: string, found: Found) => void;
      /** Everything was listed. */
      readonly listed: () => void;
    },
  ) {
    void this.look();
  }

  /** Settles when everything is listed, or when the engine could not be asked; asks it now if it could not before. */
  look(): Promise<void> {
    if (this.#subscribed) return this.#following ?? Promise.resolve();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#following ??= this.#follow().finally(() => (this.#following = null));
    return this.#following;
  }

  /** As last listed; labs without objects are not in it. */
  get labs(): ReadonlyMap<string, Found> {
    return this.#found;
  }

  /** Whether everything was listed once: until then events tell of single labs alone. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Why the last listing could not ask; empty when it could. */
  get missing(): readonly string[] {
    return this.#missing;
  }

  /** Lists one lab now. Calls that come while one is under way share the next one. */
  refresh(lab: string): Promise<void> {
    const running = this.#refreshing.get(lab);
    if (running !== undefined) {
      this.#dirty.add(lab);
      return running;
    }
    const refreshing = this.#refreshOnce(lab);
    this.#refreshing.set(lab, refreshing);
    return refreshing;
  }

  close(): void {
    this.#abort.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #refreshOnce(lab: string): Promise<void> {
    try {
      do {
        this.#dirty.delete(lab);
        const found = await this.engine.list(lab);
        if (this.#abort.signal.aborted) return;
        this.#missing = found.missing;
        this.#keep(lab, found);
      } while (this.#dirty.has(lab));
    } finally {
      // In the same turn as the last look at `dirty`: a call in between would be forgotten.
      this.#refreshing.delete(lab);
    }
  }

  async #follow(): Promise<void> {
    const { signal } = this.#abort;
    try {
      // First the events, then the list: what happens between them is not missed.
      const onEnd = () => {
        this.#subscribed = false;
        this.#again();
      };
      await this.engine.events((event) => this.#event(event), onEnd, signal);
      this.#subscribed = true;
      this.#wait = resubscribe.first;
      await this.#listAll();
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      const found = { nodes: [], networks: [], missing: [error.message] };
      this.#missing = found.missing;
      for (const lab of [...this.#found.keys()]) this.#keep(lab, found);
      this.#again();
    }
  }

  #again(): void {
    if (this.#abort.signal.aborted) return;
    this.#timer = setTimeout(() => void this.look(), this.#wait);
    this.#timer.unref();
    this.#wait = Math.min(this.#wait * 2, resubscribe.most);
  }

  #event(event: EngineEvent): void {
    this.on.event(event);
    void this.refresh(event.lab);
  }

  async #listAll(): Promise<void> {
    const all = await this.engine.list();
    if (this.#abort.signal.aborted) return;
    this.#missing = all.missing;
    const labs = new Set([...all.nodes, ...all.networks].map(({ lab }) => lab));
    for (const lab of new Set([...labs, ...this.#found.keys()]))
      this.#keep(lab, {
        nodes: all.nodes.filter((node) => node.lab === lab),
        networks: all.networks.filter((network) => network.lab === lab),
        missing: all.missing,
      });
    if (all.missing.length > 0) return;
    this.#complete = true;
    this.on.listed();
  }

  /** An engine that cannot be asked takes nothing away: its nodes are out of reach, not gone. */
  #keep(lab: string, found: Found): void {
    const before = this.#found.get(lab);
    const kept =
      found.missing.length > 0 && before !== undefined
        ? {
            ...before,
            nodes: before.nodes.map((node) => ({ ...node, state: 'unreachable' as const })),
            missing: found.missing,
          }
        : found;
    if (kept.nodes.length + kept.networks.length > 0) this.#found.set(lab, kept);
    else this.#found.delete(lab);
    this.on.found(lab, kept);
  }
}
