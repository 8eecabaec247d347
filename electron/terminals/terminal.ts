import type { WireError } from '../../shared/errors.ts';
import type { TerminalInfo } from '../../shared/rpc.ts';
import type { Attached } from '../engines/engine.ts';
import type { TerminalSink, TerminalSource } from '../rpc/door.ts';
import { Backlog } from './backlog.ts';
import { Feed } from './feed.ts';
import { Screen, type ScreenSize } from './screen.ts';

/**
 * The program is held back while more than `high` bytes wait for the screen, and let go below `low`. What waits here, and in the engine
 * once the program is held back (1.4 MB with Docker 20.10, measured), is what a Ctrl-C has to wait for. Lines of one letter, the worst case,
 * xterm takes at 6 MB/s (Node 20); of them `high` holds more than a screen keeps, so they are forgotten as fast as they come.
 */
const backlogMark = { high: 1024 * 1024, low: 64 * 1024 } as const;

/** So much goes on at once, in bytes; the rest of more waits until that is drawn, for then it can be told what of it may be forgotten. */
const atOnceBytes = 32 * 1024;

/** Ends what a program that is gone may have left on: colours, mouse reports, bracketed paste, a hidden cursor. */
const plainModes = '\x1b[0m\x1b[?1000;1002;1003;1005;1006;1015;2004l\x1b[?25h';
const leaveAlternate = '\x1b[?1049l';

export interface TerminalOptions {
  readonly terminalId: string;
  readonly key: string;
  readonly lab: string;
  readonly node: string;
  readonly size: ScreenSize;
}

/**
 * One shell's screen, with as many pages looking at it as like. It outlives pages, and restarts of its node: the owner puts a new shell
 * under it (`run`) when there can be one.
 */
export class Terminal {
  readonly terminalId: string;
  readonly key: string;
  readonly lab: string;
  readonly node: string;
  readonly #screen: Screen;
  readonly #backlog = new Backlog();
  readonly #feeds = new Set<Feed>();
  readonly #watchers = new Set<(info: TerminalInfo) => void>();
  #size: ScreenSize;
  #title: string;
  #state: TerminalInfo['state'] = 'waiting';
  #shell: Attached | null = null;
  #isHeldBack = false;
  #isMoving = false;

  constructor(options: TerminalOptions) {
    this.terminalId = options.terminalId;
    this.key = options.key;
    this.lab = options.lab;
    this.node = options.node;
    this.#title = options.node;
    this.#size = options.size;
    this.#screen = new Screen(options.size);
    this.#screen.onTitle((title) => {
      this.#title = title === '' ? this.node : title;
      this.#tell();
    });
    this.#screen.onReply((reply) => {
      // A page that looks answers itself; two answers would be typed into the program.
      if (this.#feeds.size === 0) this.#shell?.write(Buffer.from(reply));
    });
  }

  get info(): TerminalInfo {
    const { terminalId, key, lab, node } = this;
    return { terminalId, key, lab, node, state: this.#state, title: this.#title };
  }

  get size(): ScreenSize {
    return this.#size;
  }

  get state(): TerminalInfo['state'] {
    return this.#state;
  }

  /** The present state at once, then each change. */
  watch(onInfo: (info: TerminalInfo) => void): () => void {
    this.#watchers.add(onInfo);
    onInfo(this.info);
    return () => this.#watchers.delete(onInfo);
  }

  /** Puts a shell under the screen; `onEnd` comes when it ends by itself, with its exit code, null when the stream broke. */
  run(shell: Attached, onEnd: (exitCode: number | null) => void): void {
    this.#shell = shell;
    this.#isHeldBack = false;
    this.#state = 'open';
    shell.onData((bytes) => this.#print(bytes));
    shell.onEnd((exitCode) => {
      if (this.#shell !== shell) return;
      this.#shell = null;
      onEnd(exitCode);
    });
    this.#tell();
  }

  /** Says in a dim line of its own why there is no shell, or a new one; the screen stays above it. */
  say(line: string): void {
    const leave = this.#screen.isAlternate ? leaveAlternate : '';
    this.#print(Buffer.from(`${leave}${plainModes}\r\n\x1b[2m— ${line} —\x1b[0m\r\n`));
  }

  /** Its node is down: keeps the screen and waits for `run`. */
  wait(): void {
    this.#state = 'waiting';
    this.#tell();
  }

  /** Joins a page: the screen as it is, then what follows, without a gap or a repetition. */
  attach(sink: TerminalSink): TerminalSource {
    const feed = new Feed(sink);
    this.#feeds.add(feed);
    this.#screen.picture((picture) => {
      feed.begin(picture);
      this.#pump();
    });
    return {
      write: (bytes) => this.#shell?.write(bytes),
      ack: (byteCount) => {
        feed.ack(byteCount);
        this.#pump();
      },
      detach: () => {
        this.#feeds.delete(feed);
        this.#pump();
      },
    };
  }

  async resize(size: ScreenSize): Promise<void> {
    if (size.cols === this.#size.cols && size.rows === this.#size.rows) return;
    this.#size = size;
    this.#screen.resize(size);
    await this.#shell?.resize(size.cols, size.rows);
  }

  /** Ends the shell with everything in it, and every page's stream. */
  async close(error: WireError | null): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    const shell = this.#shell;
    this.#shell = null;
    this.#tell();
    this.#isMoving = true;
    while (this.#move());
    for (const feed of this.#feeds) feed.finish(error);
    this.#feeds.clear();
    this.#watchers.clear();
    // After the pictures that pages still wait for.
    this.#screen.picture(() => this.#screen.close());
    await shell?.kill();
  }

  #print(bytes: Uint8Array): void {
    if (this.#state === 'closed') return;
    this.#backlog.push(bytes);
    this.#pump();
  }

  /** Moves on what waits, as far as the screen and every page have come. */
  #pump(): void {
    // A page that acknowledges at once comes here again before the next page has its piece.
    if (this.#isMoving) return;
    this.#isMoving = true;
    while (!this.#lags && (this.#screen.pendingBytes === 0 || this.#waitingBytes <= atOnceBytes)) {
      this.#backlog.skim(this.#screen.keptLines);
      if (!this.#move()) break;
    }
    this.#isMoving = false;
    this.#balance();
  }

  /** Moves on one piece; false when none waits. */
  #move(): boolean {
    const piece = this.#backlog.take();
    if (!piece) return false;
    this.#screen.write(piece, () => this.#pump());
    for (const feed of this.#feeds) feed.push(piece);
    return true;
  }

  get #waitingBytes(): number {
    return this.#backlog.bytes + this.#screen.pendingBytes;
  }

  get #lags(): boolean {
    return [...this.#feeds].some((feed) => feed.lags);
  }

  /** Holds the program back while too much waits. With no page, only the screen counts, and it goes on by itself. */
  #balance(): void {
    if (!this.#shell) return;
    const holds = this.#backlog.bytes > (this.#isHeldBack ? backlogMark.low : backlogMark.high);
    if (holds === this.#isHeldBack) return;
    this.#isHeldBack = holds;
    if (holds) this.#shell.pause();
    else this.#shell.resume();
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher(this.info);
  }
}
