/** Asks again until the answer is not null. @throws with what was last seen when the time (milliseconds) is up */
export async function until<T>(
  ask: () => T | null | Promise<T | null>,
  seen: () => unknown = () => 'nothing',
  timeout = 10_000,
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > end) throw new Error(`Not within ${timeout} ms; last seen: ${JSON.stringify(seen())}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
