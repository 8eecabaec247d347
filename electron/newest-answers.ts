/** Which answer about a thing is the newest: answers to questions asked side by side may come in any order. */
export class NewestAnswers {
  #asked = 0;
  #waiting = 0;
  /** By id: the number of the question whose answer was taken last; infinite for what is gone. */
  readonly #taken = new Map<string, number>();

  /** Asks one question; `question` gets its number. */
  async ask(question: (asked: number) => Promise<void>): Promise<void> {
    this.#waiting++;
    try {
      await question(++this.#asked);
    } finally {
      this.#waiting--;
      // Every question from now on is newer than all there were.
      if (this.#waiting === 0) this.#taken.clear();
    }
  }

  /** Whether something newer than the answer to that question is known. */
  isNewer(id: string, asked: number): boolean {
    return (this.#taken.get(id) ?? 0) > asked;
  }

  /** True when this answer is the newest, which it is from then on. */
  take(id: string, asked: number): boolean {
    if (this.isNewer(id, asked)) return false;
    this.#taken.set(id, asked);
    return true;
  }

  /** No answer to a question that is open now brings it back. */
  gone(id: string): void {
    if (this.#waiting > 0) this.#taken.set(id, Number.POSITIVE_INFINITY);
  }
}
