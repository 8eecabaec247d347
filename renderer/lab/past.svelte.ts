import type { LabView, PastView } from '../../shared/lab.ts';
import type { Client } from '../../shared/rpc.ts';
import { together } from './recorder/lanes.ts';
import { labWords } from './words.ts';

interface Answered {
  /** The moment that is shown. */
  readonly at: number;
  readonly seen: PastView;
  /** The backend did not say what it kept. */
  readonly failed: boolean;
}

/** Where the recorder's cursor stands, and the lab as it was seen then: asked of the backend, which kept it; never made up from events. */
export class Past {
  #cursor = $state.raw<number | null>(null);
  #answered = $state.raw<Answered | null>(null);
  #wanted: { readonly at: number; readonly asked: number } | null = null;
  #asking = false;

  constructor(
    private readonly client: Client,
    private readonly lab: string,
  ) {}

  /** By the backend's clock; null is live. */
  get cursor(): number | null {
    return this.#cursor;
  }

  /** The moment that is shown in place of the present; null while live, and until the first answer has come. */
  get shown(): number | null {
    return this.#answered?.at ?? null;
  }

  /** Null where nothing was recorded; see `why`. Only while `shown`. */
  get view(): LabView | null {
    return this.#answered?.seen.view ?? null;
  }

  /** Why there is no view; empty while there is one. */
  get why(): string {
    if (this.#answered === null || this.#answered.seen.view !== null) return '';
    const { from, until } = this.#answered.seen;
    if (this.#answered.failed) return labWords.past.failed;
    return from === null ? labWords.past.before(until) : labWords.past.nobodyLooked(from, until);
  }

  /** @param event the moment is that of an event, and what it did is to be seen */
  go(at: number, event = false): void {
    this.#cursor = at;
    const asked = event ? at + together : at;
    const known = this.#answered;
    if (known !== null && !known.failed && (known.seen.from ?? -Infinity) <= asked && asked < known.seen.until) {
      this.#wanted = null;
      this.#answered = { ...known, at };
      return;
    }
    this.#wanted = { at, asked };
    if (!this.#asking) void this.#ask();
  }

  live(): void {
    this.#cursor = null;
    this.#wanted = null;
    this.#answered = null;
  }

  /** One question at a time; of those that came meanwhile only the last is asked. */
  async #ask(): Promise<void> {
    this.#asking = true;
    for (let next = this.#wanted; next !== null; next = this.#wanted) {
      this.#wanted = null;
      const { at, asked } = next;
      const answer = await this.client.call('lab.past', { lab: this.lab, at: asked }).then(
        (seen) => ({ at, seen, failed: false }),
        () => ({ at, seen: { view: null, from: null, until: 0 }, failed: true }),
      );
      if (this.#cursor !== null) this.#answered = answer;
    }
    this.#asking = false;
  }
}
