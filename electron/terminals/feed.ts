import type { WireError } from '../../shared/errors.ts';
import { terminalCredit } from '../../shared/rpc.ts';
import type { TerminalSink } from '../rpc/door.ts';

/** The way to one attached page: sends as far as its credit goes and keeps the rest in order. */
export class Feed {
  readonly #sink: TerminalSink;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #sentBytes = 0;
  #isHeld = true;
  #end: { readonly error: WireError | null } | null = null;

  constructor(sink: TerminalSink) {
    this.#sink = sink;
  }

  /** Whether bytes wait for credit: then the program should be held back. A feed that waits for its picture does not hold it. */
  get lags(): boolean {
    return !this.#isHeld && this.#queuedBytes > 0;
  }

  /** Puts the picture before all that came since the feed was made, and lets both go. */
  begin(picture: Uint8Array): void {
    this.#queue.unshift(picture);
    this.#queuedBytes += picture.length;
    this.#isHeld = false;
    this.#send();
  }

  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    this.#send();
  }

  /** Credit comes back; more than was sent counts as all. */
  ack(byteCount: number): void {
    this.#sentBytes = Math.max(0, this.#sentBytes - byteCount);
    this.#send();
  }

  /** Ends the page's stream when all that was printed has reached it. */
  finish(error: WireError | null): void {
    this.#end = { error };
    this.#send();
  }

  #send(): void {
    while (!this.#isHeld) {
      const next = this.#queue[0];
      if (!next) break;
      const credit = terminalCredit.windowBytes - this.#sentBytes;
      if (credit <= 0) return;
      const piece = next.subarray(0, credit);
      if (piece.length === next.length) this.#queue.shift();
      else this.#queue[0] = next.subarray(piece.length);
      this.#queuedBytes -= piece.length;
      if (piece.length === 0) continue;
      this.#sentBytes += piece.length;
      this.#sink.data(piece);
    }
    if (this.#isHeld || !this.#end) return;
    this.#isHeld = true;
    this.#sink.end(this.#end.error);
  }
}
