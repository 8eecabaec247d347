/**
 * Asks `probe` until it answers something but `null`, ever more seldom (10 to 60 ms).
 * @param limit milliseconds
 * @throws Error `<what> within <limit> s: <what probe threw last>`
 */
export async function until<T>(what: string, limit: number, probe: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + limit;
  let last = 'not yet';
  for (let pause = 10; ; pause = Math.min(pause * 1.2, 60)) {
    try {
      const value = await probe();
      if (value !== null) return value;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (Date.now() + pause > end) throw new Error(`${what} within ${limit / 1000} s: ${last}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Runs what it is given one after the other, in order, whether the one before failed or not. */
export class Queue {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
