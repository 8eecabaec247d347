/** Most that is taken at once, in bytes: the grain in which a screen is fed and what scrolled by is forgotten. Cut where a line ends. */
const pieceBytes = 32 * 1024;

/** More colours than this are not carried on: text that never sets them back is drawn as it comes. */
const mostColours = 100;

const escape = 0x1b;
const lineFeed = 0x0a;

interface Piece {
  readonly bytes: Uint8Array;
  /** Line feeds in it. */
  readonly lines: number;
  /** Holds text, line ends and colours alone: nothing that sets another mode, or the cursor. */
  readonly isPlain: boolean;
  /** Its colours (SGR), in order; from the last that sets them back on, where one does. */
  readonly colours: readonly Uint8Array[];
  readonly setsBack: boolean;
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
    const whole = this.#withLineBegun(bytes);
    for (let from = 0; from < whole.length;) {
      const piece = whole.subarray(from, from + pieceBytes);
      const end = from + piece.length < whole.length ? piece.lastIndexOf(lineFeed) + 1 : 0;
      this.#put(look(end === 0 ? piece : piece.subarray(0, end)));
      from += end === 0 ? piece.length : end;
    }
  }

  /** The oldest piece; null when there is none. */
  take(): Uint8Array | null {
    const piece = this.#pieces.shift();
    if (piece) this.#count(piece, -1);
    return piece?.bytes ?? null;
  }

  /**
   * Forgets the oldest plain text that at least `lines` line feeds follow, its colours excepted: a screen that keeps no more lines than that
   * would lose it again before it was drawn. Of a flood of short lines, which cost a screen most, this is nearly all.
   */
  skim(lines: number): void {
    let colours: readonly Uint8Array[] = [];
    for (let oldest = this.#pieces[0]; oldest?.isPlain === true; oldest = this.#pieces[0]) {
      if (this.#lines - oldest.lines < lines || colours.length > mostColours) break;
      this.take();
      colours = oldest.setsBack ? oldest.colours : [...colours, ...oldest.colours];
    }
    if (colours.length === 0) return;
    const carried = look(Buffer.concat(colours));
    this.#pieces.unshift(carried);
    this.#count(carried, 1);
  }

  #put(piece: Piece): void {
    this.#pieces.push(piece);
    this.#count(piece, 1);
  }

  #count(piece: Piece, sign: 1 | -1): void {
    this.#bytes += sign * piece.bytes.length;
    this.#lines += sign * piece.lines;
  }

  /** Takes the line that the last piece left unfinished before these bytes, so that no colour is cut in two. */
  #withLineBegun(bytes: Uint8Array): Uint8Array {
    const last = this.#pieces.at(-1);
    const end = last === undefined ? 0 : last.bytes.lastIndexOf(lineFeed) + 1;
    if (last === undefined || end === 0 || end === last.bytes.length) return bytes;
    this.#pieces.pop();
    this.#count(last, -1);
    this.#put(look(last.bytes.subarray(0, end)));
    return Buffer.concat([last.bytes.subarray(end), bytes]);
  }
}

/** Plain are text, the format effectors BEL to CR, and SGR (ECMA-48); 0xC2 begins the C1 controls of UTF-8, and counts as one. */
function look(bytes: Uint8Array): Piece {
  let lines = 0;
  let isPlain = true;
  let setsBack = false;
  let colours: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === lineFeed) lines += 1;
    else if (byte === escape) {
      const end = colourEnd(bytes, at);
      if (end === -1) isPlain = false;
      else {
        const colour = bytes.subarray(at, end);
        const isReset = colour.length === 3 || (colour.length === 4 && colour[2] === 0x30);
        setsBack ||= isReset;
        if (isReset) colours = [colour];
        else colours.push(colour);
        at = end - 1;
      }
    } else if (byte < 0x07 || (byte > 0x0d && byte < 0x20) || byte === 0xc2) isPlain = false;
  }
  return { bytes, lines, isPlain, colours, setsBack };
}

/** Where the colour ends that begins at `at`, e.g. `ESC [ 1 ; 31 m`; -1 when it is none, or cut. */
function colourEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at + 1] !== 0x5b) return -1;
  let next = at + 2;
  // Digits, `:` and `;`.
  for (let byte = bytes[next] ?? 0; byte >= 0x30 && byte <= 0x3b; byte = bytes[next] ?? 0) next += 1;
  return bytes[next] === 0x6d ? next + 1 : -1;
}
