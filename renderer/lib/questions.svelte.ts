/** A question before something is removed or broken: section 8 of the design language, words 16 to 20. */
export interface Question {
  /** With the name, e.g. `Destroy microovn-1?`. */
  readonly title: string;
  readonly lead?: string;
  /** Every object by kind, and what is kept, e.g. `['Containers', 'a-node-1, a-node-2']`. */
  readonly facts?: readonly (readonly [kind: string, names: string])[];
  /** The safe one; it has the focus. */
  readonly keep: string;
  /** Repeats verb and name, e.g. `Destroy microovn-1`. */
  readonly go: string;
  readonly danger?: boolean;
}

/** Asks one question at a time. */
export class Questions {
  #asked = $state.raw<Question | null>(null);
  #answer: (yes: boolean) => void = () => undefined;

  get asked(): Question | null {
    return this.#asked;
  }

  /** True when the user agreed; false on the safe button, Esc, or when another question takes its place. */
  ask(question: Question): Promise<boolean> {
    this.#answer(false);
    this.#asked = question;
    return new Promise((resolve) => (this.#answer = resolve));
  }

  answer(yes: boolean): void {
    this.#asked = null;
    const answer = this.#answer;
    this.#answer = () => undefined;
    answer(yes);
  }
}
