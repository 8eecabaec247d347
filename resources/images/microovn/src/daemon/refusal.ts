/** A request that cannot be served, in MicroOVN's words; crosses REST as `ApiError`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  /** @param status HTTP status, see `ApiError.code` */
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** What a member answers to everything that was removed by force, and comes back. */
export function forgotten(name: string): Refusal {
  const reset = `reset it first with "microovn cluster remove ${name}" on ${name} itself`;
  return new Refusal(409, `${name} was removed from the cluster by force. To let it join again, ${reset}`);
}

/** What a thrown value says, for texts that end in a cause. */
export function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
