import type { Millis } from '../../shared/lab.ts';

/** Remembers since when things are so, for what is news only when it lasts. What is not asked for in a round is forgotten. */
export class Lasting {
  readonly #since = new Map<string, Millis>();
  readonly #seen = new Set<string>();
  #now: Millis = 0;

  /** A round of questions begins. */
  begin(now: Millis): void {
    this.#now = now;
    this.#seen.clear();
  }

  /** True once it was so in every round for so many milliseconds. */
  lasts(key: string, ms: number): boolean {
    const since = this.#since.get(key) ?? this.#now;
    this.#since.set(key, since);
    this.#seen.add(key);
    return this.#now - since >= ms;
  }

  end(): void {
    for (const key of this.#since.keys()) if (!this.#seen.has(key)) this.#since.delete(key);
  }
}
