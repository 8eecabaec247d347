import type { Millis } from '../shared/lab.ts';
import type { EngineEvent } from './engines/engine.ts';

/**
 * How nodes ended and since when they are paused, from the order of the engine's events: `kill` and `oom` come before `die`, `stop` after
 * it (a stop sends a `kill` too).
 */
export class Endings {
  readonly #cause = new Map<string, 'killed' | 'out of memory'>();
  readonly #ended = new Map<string, string>();
  readonly #paused = new Map<string, Millis>();

  note({ action, id, exitCode, at }: EngineEvent): void {
    if (action === 'oom') this.#cause.set(id, 'out of memory');
    else if (action === 'kill' && !this.#cause.has(id)) this.#cause.set(id, 'killed');
    else if (action === 'die') this.#ended.set(id, this.#cause.get(id) ?? `exit code ${exitCode ?? 'unknown'}`);
    else if (action === 'stop') this.#ended.set(id, 'stopped');
    else if (action === 'start') this.#cause.delete(id);
    else if (action === 'pause') this.#paused.set(id, at);
    else if (action === 'unpause') this.#paused.delete(id);
    else if (action === 'destroy') for (const map of [this.#cause, this.#ended, this.#paused]) map.delete(id);
  }

  /** `killed`, `stopped`, `out of memory`, `exit code 1`; null when this backend did not see it. */
  ended(id: string): string | null {
    return this.#ended.get(id) ?? null;
  }

  pausedSince(id: string): Millis | null {
    return this.#paused.get(id) ?? null;
  }
}
