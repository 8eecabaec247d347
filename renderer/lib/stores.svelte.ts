import type { EngineHealth } from '../../shared/engine.ts';
import { toWireError, type WireError } from '../../shared/errors.ts';
import type { LabSummary } from '../../shared/lab.ts';
import type { Client, RecipeCard } from '../../shared/rpc.ts';
import type { RunView } from '../../shared/run.ts';

/** Whole values as the backend pushes them; null until the first one came, which is not the same as empty. */
export class Stores {
  #engine = $state.raw<EngineHealth | null>(null);
  #labs = $state.raw<readonly LabSummary[] | null>(null);
  #runs = $state.raw<readonly RunView[] | null>(null);
  #recipes = $state.raw<readonly RecipeCard[] | null>(null);
  #recipesError = $state.raw<WireError | null>(null);

  constructor(private readonly client: Client) {
    client.subscribe('engine', {}, (value) => {
      const wasReady = this.#engine?.state === 'ready';
      this.#engine = value;
      // Whether an image is there is known only while an engine answers.
      if (!wasReady && value.state === 'ready') void this.loadRecipes();
    });
    client.subscribe('labs', {}, (value) => (this.#labs = value));
    client.subscribe('runs', {}, (value) => {
      const ended = (this.#runs ?? []).some((run) => !value.some((other) => other.id === run.id));
      this.#runs = value;
      if (ended) void this.loadRecipes();
    });
    void this.loadRecipes();
  }

  get engine(): EngineHealth | null {
    return this.#engine;
  }

  get labs(): readonly LabSummary[] | null {
    return this.#labs;
  }

  /** Runs under way, or waiting for the user. */
  get runs(): readonly RunView[] | null {
    return this.#runs;
  }

  get recipes(): readonly RecipeCard[] | null {
    return this.#recipes;
  }

  get recipesError(): WireError | null {
    return this.#recipesError;
  }

  lab(name: string): LabSummary | undefined {
    return this.#labs?.find((lab) => lab.name === name);
  }

  recipe(kind: string): RecipeCard | undefined {
    return this.#recipes?.find((recipe) => recipe.kind === kind);
  }

  async lookAgain(): Promise<void> {
    this.#engine = await this.client.call('engine.look', {});
    await this.loadRecipes();
  }

  async loadRecipes(): Promise<void> {
    try {
      this.#recipes = await this.client.call('recipe.list', {});
      this.#recipesError = null;
    } catch (error) {
      this.#recipesError = toWireError(error);
    }
  }
}
