import type { Engine } from '../engines/engine.ts';
import type { Images } from '../images/images.ts';
import type { Labs } from '../labs.ts';
import type { Recipe } from '../recipes/recipe.ts';

/** What runs need of the rest of the backend. */
export interface RunsDeps {
  readonly engine: Engine;
  readonly labs: Pick<Labs, 'find' | 'inspect' | 'hold' | 'waitFor' | 'setRun' | 'record'>;
  readonly images: Pick<Images, 'tag' | 'ensure'>;
  readonly recipes: ReadonlyMap<string, Recipe>;
  /** @returns how many were closed */
  readonly closeTerminals: (lab: string, node?: string) => number;
}
