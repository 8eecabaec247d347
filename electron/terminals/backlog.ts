/** Most that is taken at once, in bytes: the grain in which a screen is fed and what scrolled by is forgotten. */
const pieceBytes = 32 * 1024;

interface Piece {
  readonly bytes: Uint8Array;
  /** Line feeds in it. */
  readonly lines: number;
  /** Holds printable text and line ends alone: nothing that sets a mode, a colour, or the cursor. */
  readonly isPlain: boolean;
}

/** What a shell printed and its screen did not take yet. */
export class Backlog {
  #pieces: Piece[] = [];
  #bytes = 0;
  #lines = 0;

  get bytes(): number {
    return this.#bytes;
  }

  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += pieceBytes) {
      const piece = look(bytes.subarray(from, from + pieceBytes));
      this.#pieces.push(piece);
      this.#bytes += piece.bytes.length;
      this.#lines += piece.lines;
    }
  }

  /** The oldest piece; null when there is none. */
  take(): Uint8Array | null {
    const piece = this.#pieces.shift();
    if (!piece) return null;
    this.#bytes -= piece.bytes.length;
    this.#lines -= piece.lines;
    return piece.bytes;
  }

  /**
   * Forgets the oldest plain text that at least `lines` line feeds follow: a screen that keeps no more lines than that would lose it
   * again before it was drawn. Of a flood of short lines, which cost a screen most, this is nearly all.
   */
  skim(lines: number): void {
    for (let oldest = this.#pieces[0]; oldest?.isPlain === true; oldest = this.#pieces[0]) {
      if (this.#lines - oldest.lines < lines) return;
      this.take();
    }
  }
}

/** Plain are text and the format effectors BEL to CR (ECMA-48); 0xC2 begins the C1 controls of UTF-8, and counts as one. */
function look(bytes: Uint8Array): Piece {
  let lines = 0;
  let isPlain = true;
  for (const byte of bytes) {
    if (byte === 0x0a) lines += 1;
    else if (byte < 0x07 || (byte > 0x0d && byte < 0x20) || byte === 0xc2) isPlain = false;
  }
  return { bytes, lines, isPlain };
}
