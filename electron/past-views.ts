import type { LabView, Millis, PastView } from '../shared/lab.ts';

/** Most text kept per lab, in characters: some 600 changes of a lab of five nodes. The oldest go first. */
export const pastLimit = 8 * 1024 * 1024;

interface Kept {
  readonly at: Millis;
  /** The view as JSON: its length is what is bounded. Null: nobody looked from here on. */
  readonly text: string | null;
}

/** What moves all the time while nothing happens: ages, and figures, which are not kept, for they held for no time. */
const ages: ReadonlySet<string> = new Set(['at', 'observedAt']);
const figures: ReadonlySet<string> = new Set(['usage', 'index', 'log', 'notCommitted']);

/**
 * The views of one lab that differ in more than ages and figures, so that a moment of its record can be shown as it was seen. All a kept view
 * tells held until the next one; what was not seen is not made up from events.
 */
export class PastViews {
  readonly #kept: Kept[] = [];
  #size = 0;
  #last: string | null = null;

  /** @param limit in characters of JSON */
  constructor(private readonly limit = pastLimit) {}

  keep(view: LabView): void {
    const essence = JSON.stringify(view, (key, value: unknown) =>
      ages.has(key) || figures.has(key) ? undefined : value,
    );
    if (essence === this.#last) return;
    this.#last = essence;
    const text = JSON.stringify(view, (key, value: unknown) => (figures.has(key) ? null : value));
    this.#push({ at: view.at, text });
  }

  /** Observation ended: what comes after is not known. */
  pause(at: Millis): void {
    this.#last = null;
    if (this.#kept.length > 0) this.#push({ at, text: null });
  }

  /** @param now the present: what was kept last holds until then */
  at(moment: Millis, now: Millis): PastView {
    const next = this.#kept.findIndex((kept) => kept.at > moment);
    const kept = this.#kept[(next === -1 ? this.#kept.length : next) - 1];
    const until = this.#kept[next]?.at ?? now;
    if (kept === undefined) return { view: null, from: null, until };
    return { view: kept.text === null ? null : (JSON.parse(kept.text) as LabView), from: kept.at, until };
  }

  #push(kept: Kept): void {
    this.#kept.push(kept);
    this.#size += kept.text?.length ?? 0;
    while (this.#size > this.limit && this.#kept.length > 1) this.#size -= this.#kept.shift()?.text?.length ?? 0;
  }
}
