import { SerializeAddon } from '@xterm/addon-serialize';
import { Terminal } from '@xterm/headless';
import { incompleteTail } from './incomplete-tail.ts';

/** Lines above the screen that survive a reload. */
const scrollback = 10_000;

/** Longest sequence kept for the seam between picture and stream, in bytes; a longer one (an image, say) is not shown whole again. */
const tailBytes = 4096;

/**
 * Private modes that SerializeAddon 0.14 leaves out, with their defaults: cursor shown, and how mouse reports are written
 * (UTF-8, SGR, urxvt, SGR pixels). Source: its `_serializeModes`.
 */
const furtherModes: ReadonlyMap<number, boolean> = new Map([
  [25, true],
  [1005, false],
  [1006, false],
  [1015, false],
  [1016, false],
]);

export interface ScreenSize {
  readonly cols: number;
  readonly rows: number;
}

/** The screen of a terminal while no page shows it: xterm without a page. */
export class Screen {
  readonly #terminal: Terminal;
  readonly #serializer = new SerializeAddon();
  readonly #modes = new Map(furtherModes);
  #tail = new Uint8Array(0);
  #pendingBytes = 0;
  #hasRegion = false;

  constructor(size: ScreenSize) {
    this.#terminal = new Terminal({ ...size, scrollback, allowProposedApi: true });
    // The addon's types name @xterm/xterm; the headless terminal has the same interface as far as the addon goes.
    this.#terminal.loadAddon(this.#serializer as unknown as Parameters<Terminal['loadAddon']>[0]);
    for (const final of ['h', 'l']) {
      this.#terminal.parser.registerCsiHandler({ prefix: '?', final }, (params) => {
        for (const mode of params)
          if (typeof mode === 'number' && furtherModes.has(mode)) this.#modes.set(mode, final === 'h');
        return false;
      });
    }
    this.#terminal.parser.registerCsiHandler({ final: 'r' }, (params) => {
      this.#hasRegion = params.some((line) => line !== 0);
      return false;
    });
  }

  /** Bytes written and not yet on the screen. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /**
   * How many line feeds plain text must be followed by for nothing of it to be left, scrollback included; Infinity while that cannot be
   * said: not all is drawn, a sequence is cut, or not the whole screen scrolls (a full-screen program, a scroll region: DECSTBM).
   */
  get keptLines(): number {
    const isCut = incompleteTail(this.#tail) < this.#tail.length;
    const scrolls = this.#pendingBytes === 0 && !isCut && !this.isAlternate && !this.#hasRegion;
    return scrolls ? scrollback + this.#terminal.rows : Infinity;
  }

  /** Whether a full-screen program has the screen. */
  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  /** Titles that programs set (OSC 0 and 2). */
  onTitle(listener: (title: string) => void): void {
    this.#terminal.onTitleChange(listener);
  }

  /** Answers to questions of programs (cursor position, kind of terminal). */
  onReply(listener: (reply: string) => void): void {
    this.#terminal.onData(listener);
  }

  /** `onDone` when these bytes are on the screen. */
  write(bytes: Uint8Array, onDone?: () => void): void {
    this.#pendingBytes += bytes.length;
    this.#terminal.write(bytes, () => {
      this.#pendingBytes -= bytes.length;
      this.#keepTail(bytes);
      onDone?.();
    });
  }

  /**
   * Calls back, once everything written before is on the screen, with the bytes that draw it anew: scrollback, screen, modes, and
   * the begin of a sequence that was cut. What is written after this call is not in them, and must follow them.
   */
  picture(onPicture: (bytes: Uint8Array) => void): void {
    this.#terminal.write('', () => {
      const modes = [...this.#modes].filter(([mode, isSet]) => furtherModes.get(mode) !== isSet);
      const further = modes.map(([mode, isSet]) => `\x1b[?${mode}${isSet ? 'h' : 'l'}`).join('');
      const drawn = Buffer.from(this.#serializer.serialize({ scrollback }) + further);
      onPicture(Buffer.concat([drawn, this.#tail.subarray(incompleteTail(this.#tail))]));
    });
  }

  resize(size: ScreenSize): void {
    this.#terminal.resize(size.cols, size.rows);
  }

  close(): void {
    this.#terminal.dispose();
  }

  #keepTail(bytes: Uint8Array): void {
    // A copy: the engine's buffers are many times larger and would be kept alive.
    const joined = bytes.length >= tailBytes ? bytes : Buffer.concat([this.#tail, bytes]);
    this.#tail = joined.slice(Math.max(0, joined.length - tailBytes));
  }
}
