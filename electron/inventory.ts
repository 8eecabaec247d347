import { LabError } from '../shared/errors.ts';
import type { Engine, EngineEvent, Found, FoundNode } from './engines/engine.ts';
import { NewestAnswers } from './newest-answers.ts';

const resubscribe = { first: 250, most: 5000 };

/**
 * What the engine holds, by lab, kept current by its events: listed once, then only the node an event names is looked at. The
 * subscription costs nothing while nothing happens, and comes back when the engine does.
 */
export class Inventory {
  readonly #found = new Map<string, Found>();
  readonly #newest = new NewestAnswers();
  readonly #refreshing = new Map<string, Promise<void>>();
  readonly #dirty = new Set<string>();
  /** Nodes that are looked at now; true: something happened since. */
  readonly #looking = new Map<string, boolean>();
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
      /** The objects of a lab as they are now; empty when it is gone. */
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

  /** As last seen; labs without objects are not in it. */
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
        await this.#newest.ask(async (asked) => {
          const found = await this.engine.list(lab);
          if (this.#abort.signal.aborted) return;
          this.#missing = found.missing;
          this.#keep(lab, found, asked);
        });
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
      await this.#newest.ask((asked) => this.#listAll(asked));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      const found = { nodes: [], networks: [], missing: [error.message] };
      this.#missing = found.missing;
      for (const lab of [...this.#found.keys()]) this.#unreachable(lab, found);
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
    // Podman tells nothing of networks: those of a lab are listed with its first node.
    if (event.kind === 'network' || !this.#found.has(event.lab)) void this.refresh(event.lab);
    else if (event.action === 'destroy') this.#replace(event.lab, event.id, null);
    else void this.#lookAt(event.lab, event.id);
  }

  /** Asks for one node; what happens meanwhile is asked for once more, together. */
  async #lookAt(lab: string, id: string): Promise<void> {
    if (this.#looking.has(id)) {
      this.#looking.set(id, true);
      return;
    }
    do {
      this.#looking.set(id, false);
      await this.#newest.ask(async (asked) => {
        try {
          const node = await this.engine.look(id);
          if (this.#abort.signal.aborted || !this.#newest.take(id, asked)) return;
          this.#replace(lab, id, node);
        } catch (error) {
          // An engine that went away tells it by the end of its events.
          if (!(error instanceof LabError)) throw error;
        }
      });
    } while (this.#looking.get(id) === true);
    this.#looking.delete(id);
  }

  #replace(lab: string, id: string, node: FoundNode | null): void {
    if (node === null) this.#newest.gone(id);
    const { nodes, networks } = this.#found.get(lab) ?? { nodes: [], networks: [] };
    const others = nodes.filter((other) => other.id !== id);
    this.#put(lab, { nodes: byName(node === null ? others : [...others, node]), networks, missing: [] });
  }

  async #listAll(asked: number): Promise<void> {
    const all = await this.engine.list();
    if (this.#abort.signal.aborted) return;
    this.#missing = all.missing;
    const labs = new Set([...all.nodes, ...all.networks].map(({ lab }) => lab));
    for (const lab of new Set([...labs, ...this.#found.keys()])) {
      const ours = (one: { readonly lab: string }) => one.lab === lab;
      this.#keep(lab, { ...all, nodes: all.nodes.filter(ours), networks: all.networks.filter(ours) }, asked);
    }
    if (all.missing.length > 0) return;
    this.#complete = true;
    this.on.listed();
  }

  /** Takes a list, but for nodes of which something newer is known. */
  #keep(lab: string, found: Found, asked: number): void {
    if (found.missing.length > 0) {
      this.#unreachable(lab, found);
      return;
    }
    const newer = (this.#found.get(lab)?.nodes ?? []).filter(({ id }) => this.#newest.isNewer(id, asked));
    const listed = found.nodes.filter(({ id }) => this.#newest.take(id, asked));
    this.#put(lab, { ...found, nodes: byName([...listed, ...newer]) });
  }

  /** An engine that cannot be asked takes nothing away: its nodes are out of reach, not gone. */
  #unreachable(lab: string, found: Found): void {
    const before = this.#found.get(lab);
    const nodes = (before?.nodes ?? []).map((node) => ({ ...node, state: 'unreachable' as const }));
    this.#put(lab, before === undefined ? found : { ...before, nodes, missing: found.missing });
  }

  #put(lab: string, found: Found): void {
    if (found.nodes.length + found.networks.length > 0) this.#found.set(lab, found);
    else this.#found.delete(lab);
    this.on.found(lab, found);
  }
}

function byName(nodes: readonly FoundNode[]): readonly FoundNode[] {
  return nodes.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}
