import { createContext } from 'svelte';
import type { WireError } from '../../shared/errors.ts';
import type { LabEvent } from '../../shared/event.ts';
import type { LabView } from '../../shared/lab.ts';
import type { Client, RecipeCard } from '../../shared/rpc.ts';
import { seconds, tenths } from '../lib/clock.svelte.ts';
import { cardsOf, noCards, type Card } from './canvas/card.ts';
import { Past } from './past.svelte.ts';
import { sharedParts } from './shared-parts.ts';
import { keepStored, layersSchema, readStored, sizesSchema } from './stored.ts';

export type Layer = 'management' | 'tunnels' | 'logical';

/** In CSS pixels; null where the user left it as it comes. */
interface Sizes {
  readonly side: number | null;
  /** Width of a flow's steps. */
  readonly steps: number | null;
  readonly dock: number | null;
  readonly dockShown: boolean;
  readonly sideShown: boolean;
}

/**
 * Everything the parts of one lab's screen share: what is observed, what is selected, how the screen is laid out. `view` and `cards` are what
 * is shown, which is the past while the recorder is scrubbed; `live` is the present, for what acts on it.
 */
export class LabState {
  #live = $state.raw<LabView | null>(null);
  #events = $state.raw<readonly LabEvent[]>([]);
  #cards: ReadonlyMap<string, Card> = noCards;
  readonly #shownCards = $derived.by(() => {
    this.#cards = this.view === null ? noCards : cardsOf(this.view, this.#cards);
    return this.#cards;
  });
  #end = $state.raw<{ readonly error: WireError | null } | null>(null);
  #nodes = $state.raw<readonly string[]>([]);
  #database = $state.raw<string | null>(null);
  #link = $state.raw<string | null>(null);
  #layers = $state.raw({ management: true, tunnels: true, logical: true });
  #sizes = $state.raw<Sizes>({
    side: null,
    steps: null,
    dock: null,
    dockShown: true,
    sideShown: true,
  });
  /** The backend's clock less this page's, in milliseconds. */
  #skew = 0;
  readonly past: Past;

  constructor(
    readonly client: Client,
    readonly name: string,
    private readonly storage: Storage,
    readonly recipeOf: (kind: string) => RecipeCard | undefined,
  ) {
    this.past = new Past(client, name);
    this.#layers = readStored(storage, name, 'layers', layersSchema) ?? this.#layers;
    this.#sizes = readStored(storage, name, 'sizes', sizesSchema) ?? this.#sizes;
  }

  /** Starts watching; returns its own undo. */
  watch(): () => void {
    const undo = [
      this.client.subscribe(
        'lab',
        { lab: this.name },
        (view) => this.#take(view),
        (error) => (this.#end = { error }),
      ),
      this.client.subscribe('events', { lab: this.name }, (batch) => this.#record(batch)),
    ];
    return () => undo.forEach((stop) => stop());
  }

  #take(next: LabView): void {
    const view = this.#live === null ? next : sharedParts(this.#live, next);
    this.#skew = view.at - Date.now();
    this.#end = null;
    this.#live = view;
    const present = this.#nodes.filter((name) => view.nodes.some((node) => node.name === name));
    if (present.length !== this.#nodes.length) this.#nodes = present;
  }

  /** A topic that opened again sends the record from its start: then it replaces what is here. */
  #record(batch: readonly LabEvent[]): void {
    const first = batch[0];
    const again = first !== undefined && this.#events[0]?.timestamp === first.timestamp;
    this.#events = again ? batch : [...this.#events, ...batch];
  }

  /** What is shown. Null before the first view, and for a past that was not recorded. */
  get view(): LabView | null {
    return this.past.shown === null ? this.#live : this.past.view;
  }
  /** The newest view, whatever is shown. */
  get live(): LabView | null {
    return this.#live;
  }
  get events(): readonly LabEvent[] {
    return this.#events;
  }
  get cards(): ReadonlyMap<string, Card> {
    return this.#shownCards;
  }
  /** Set once the lab's topic ended: destroyed, or not known. */
  get end(): { readonly error: WireError | null } | null {
    return this.#end;
  }
  /** The last run the record tells of: its commands are the ledger. Null when none ran since the backend started. */
  get lastRun(): string | null {
    return this.#events.findLast((event) => event.type === 'run')?.actor_id ?? null;
  }
  get recipe(): RecipeCard | undefined {
    return this.#live === null ? undefined : this.recipeOf(this.#live.request.recipe);
  }

  /** The time of what is shown by the backend's clock, to the tenth of a second; reading it draws anew ten times a second while live. */
  get nowFine(): number {
    return this.past.shown ?? tenths.now + this.#skew;
  }
  /** The time of what is shown by the backend's clock; reading it draws anew once a second while live. */
  get now(): number {
    return this.past.shown ?? this.present;
  }
  /** Present time by the backend's clock; reading it draws anew once a second. */
  get present(): number {
    return seconds.now + this.#skew;
  }

  /** Names of the selected nodes, in the order they were chosen. */
  get nodes(): readonly string[] {
    return this.#nodes;
  }
  /** The selected node when it is the only one. */
  get node(): string | null {
    return this.#nodes.length === 1 ? (this.#nodes[0] ?? null) : null;
  }
  get database(): string | null {
    return this.#database;
  }
  get link(): string | null {
    return this.#link;
  }

  selectNodes(names: readonly string[]): void {
    this.#nodes = names;
    this.#link = null;
  }
  /** Selects a node, adding to the selection or taking it away again with `add`. */
  selectNode(name: string, add = false): void {
    const others = this.#nodes.filter((other) => other !== name);
    this.selectNodes(!add ? [name] : others.length < this.#nodes.length ? others : [...others, name]);
  }
  /** Selects a database; beside a node when one is given, else alone. */
  selectDatabase(id: string | null, node: string | null = null): void {
    this.#database = id;
    this.#nodes = node === null ? [] : [node];
    this.#link = null;
  }
  selectLink(key: string): void {
    this.#link = key;
    this.#nodes = [];
    this.#database = null;
  }
  /** Backs out one level: first the node or link, then the database. Returns whether there was anything to leave. */
  deselect(): boolean {
    if (this.#nodes.length > 0 || this.#link !== null) {
      this.#nodes = [];
      this.#link = null;
      return true;
    }
    const had = this.#database !== null;
    this.#database = null;
    return had;
  }

  get layers(): Readonly<Record<Layer, boolean>> {
    return this.#layers;
  }
  toggleLayer(layer: Layer): void {
    this.#layers = { ...this.#layers, [layer]: !this.#layers[layer] };
    keepStored(this.storage, this.name, 'layers', this.#layers);
  }

  get sizes(): Sizes {
    return this.#sizes;
  }
  resize(change: Partial<Sizes>): void {
    this.#sizes = { ...this.#sizes, ...change };
    keepStored(this.storage, this.name, 'sizes', this.#sizes);
  }
}

/** Set by lab.svelte; `getLab()` in any part below. */
export const [getLab, setLab] = createContext<LabState>();
