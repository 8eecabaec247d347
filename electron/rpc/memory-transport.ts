import type { Frame, Transport } from '../../shared/transport.ts';

/** Both ends of a pipe inside this process: the command line talks to its own workbench as a page would. Frames arrive in a later turn. */
export function memoryTransports(): readonly [Transport, Transport] {
  const ends = [new End(), new End()] as const;
  ends[0].other = ends[1];
  ends[1].other = ends[0];
  return ends;
}

class End implements Transport {
  other: End | null = null;
  #onFrame: (frame: Frame) => void = () => undefined;
  #onClose: (reason: string) => void = () => undefined;
  #closed = false;
  #buffered = 0;

  send(frame: Frame): void {
    const other = this.other;
    if (this.#closed || !other) return;
    this.#buffered += frame.length;
    setImmediate(() => {
      this.#buffered -= frame.length;
      if (!other.#closed) other.#onFrame(frame);
    });
  }

  onFrame(listener: (frame: Frame) => void): void {
    this.#onFrame = listener;
  }

  onClose(listener: (reason: string) => void): void {
    this.#onClose = listener;
  }

  close(): void {
    if (this.#closed) return;
    // Frames sent before the close arrive before it, as on a socket.
    setImmediate(() => this.other?.close());
    this.#closed = true;
    this.#onClose('');
  }

  buffered(): number {
    return this.#buffered;
  }
}
