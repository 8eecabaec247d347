import { SvelteSet } from 'svelte/reactivity';

/** What the palette can do: an action, a node or a lab to go to. */
export interface Action {
  readonly id: string;
  /** A verb first, e.g. `Destroy microovn-1…`. */
  readonly title: string;
  /** Group in the list, e.g. `Labs`, `node-1`. */
  readonly group: string;
  /** Keys as shown, e.g. `B`. */
  readonly keys?: string;
  /** Why it cannot be done now; shown, and not run. */
  readonly unavailable?: string;
  run(): void;
}

/** Everything the palette offers now. A screen offers its own while it is on; the function is read anew whenever the palette shows. */
export class Actions {
  readonly #sources = new SvelteSet<() => readonly Action[]>();
  #wanted = $state.raw<string | null>(null);

  /** Returns its own undo; use it as `$effect(() => shell.actions.offer(() => …))`. */
  offer(source: () => readonly Action[]): () => void {
    this.#sources.add(source);
    return () => this.#sources.delete(source);
  }

  get all(): readonly Action[] {
    return [...this.#sources].flatMap((source) => source());
  }

  /** Runs an action of a screen that is only being gone to: as soon as it offers one of that id (app.svelte runs it). */
  want(id: string): void {
    this.#wanted = id;
  }

  /** The action that was wanted and is now offered. Reactive. */
  get wanted(): Action | undefined {
    return this.#wanted === null ? undefined : this.all.find((action) => action.id === this.#wanted);
  }

  /** The user went elsewhere, or it was run. */
  forget(): void {
    this.#wanted = null;
  }
}
