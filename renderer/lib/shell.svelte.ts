import { createContext, untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { toWireError, type WireError } from '../../shared/errors.ts';
import type { RunKind } from '../../shared/run.ts';
import { Actions } from './actions.svelte.ts';
import type { Connection } from './connection.svelte.ts';
import { Questions } from './questions.svelte.ts';
import type { Router } from './route.svelte.ts';
import { Stores } from './stores.svelte.ts';
import type { Theme } from './theme.svelte.ts';
import { Toasts } from './toasts.svelte.ts';

/** A run that changes a lab; its kind is null while only its id is known. */
export interface FollowedRun {
  readonly id: string;
  readonly kind: RunKind | null;
}

/** What every screen reaches: the client, the values it pushes, and the few things there is one of on a page. */
export class Shell {
  readonly stores: Stores;
  readonly toasts = new Toasts();
  readonly questions = new Questions();
  readonly actions = new Actions();

  /** Runs this page started, by lab: known before the backend lists them. */
  readonly #followed = new SvelteMap<string, FollowedRun>();

  constructor(
    readonly client: Connection,
    readonly router: Router,
    readonly theme: Theme,
  ) {
    this.stores = new Stores(client);
  }

  /** Whether an engine answers, as far as is known now. Reactive. */
  get canDeploy(): boolean {
    return this.client.state === 'open' && this.stores.engine?.state === 'ready';
  }

  /** Remembers which run changes a lab, so that its screen shows the steps from the first moment on. */
  follow(lab: string, id: string, kind: RunKind | null = null): void {
    // Not read as a dependency: an effect that follows must not run again when the run is left.
    const known = untrack(() => this.#followed.get(lab));
    if (known?.id !== id || known.kind !== kind) this.#followed.set(lab, { id, kind });
  }

  /** The run to show for a lab; null when none was started or the last one was left behind. Reactive. */
  runOf(lab: string): FollowedRun | null {
    const listed = this.stores.runs?.find((run) => run.lab === lab);
    return listed === undefined ? (this.#followed.get(lab) ?? null) : { id: listed.id, kind: listed.kind };
  }

  /** The run of this lab ended and was seen: its screen is the lab's again. */
  leave(lab: string): void {
    this.#followed.delete(lab);
  }

  /** Does what a button asks; a failure becomes a toast that stays. For failures with a place of their own, catch them there. */
  async attempt<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (thrown) {
      this.fail(toWireError(thrown));
      return undefined;
    }
  }

  fail(error: WireError): void {
    if (error.code === 'cancelled') return;
    this.toasts.show({ mark: 'danger', title: error.message, ...(error.fix === undefined ? {} : { note: error.fix }) });
  }
}

/** Set once by app.svelte; `getShell()` in any component below. */
export const [getShell, setShell] = createContext<Shell>();
