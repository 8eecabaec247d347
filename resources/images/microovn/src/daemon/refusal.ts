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

/** What a thrown value says, for texts that end in a cause. */
export function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
