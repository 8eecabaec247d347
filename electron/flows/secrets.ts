/** The secrets of one run: what may stand in no screen, record, log or export. Grows as commands print them. */
export class Secrets {
  readonly #values = new Set<string>();

  add(value: string): void {
    if (value !== '') this.#values.add(value);
  }

  /** The text with each secret cut to its first characters, e.g. `microovn cluster join eyJzZWNyZXQiOi…`. */
  mask(text: string): string {
    let masked = text;
    for (const value of this.#values) masked = masked.replaceAll(value, maskSecret(value));
    return masked;
  }
}

/**
 * A secret as it is shown: its first 14 characters if it is long, else only a mark. A join token begins with base64 of
 * `{"secret":"`, so 14 characters tell what it is and nothing of the secret.
 */
export function maskSecret(value: string): string {
  return value.length >= 40 ? `${value.slice(0, 14)}…` : '••••••';
}
