import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal, type ITheme } from '@xterm/xterm';
import { toWireError, type WireError } from '../../../shared/errors.ts';
import type { Client, TerminalInfo, TerminalStream } from '../../../shared/rpc.ts';
import { isGpu, isTyped } from './typed.ts';

/** `opening`: asked for. `away`: the backend was lost; it comes back by itself. The others as the backend says. */
export type SessionState = 'opening' | TerminalInfo['state'] | 'away' | 'failed';

export interface SessionDoors {
  /** Typed or pasted into this terminal; answers of the terminal itself do not come here. */
  onTyped(session: Session, data: string): void;
  onLink(uri: string): void;
  /** Keys of the page, which the shell must not get; true when the page took it. */
  onKey(event: KeyboardEvent): boolean;
}

const scrollback = 10_000;

/**
 * One shell on the page: the terminal on the screen and its stream. It lives as long as its tab, whichever tab is shown; after a reload a
 * session with the same key finds the same shell.
 */
export class Session {
  readonly terminal: Terminal;
  readonly search = new SearchAddon();
  readonly #fit = new FitAddon();
  #state = $state.raw<SessionState>('opening');
  #error = $state.raw<WireError | null>(null);
  #title = $state('');
  #unseen = $state(false);
  #shown = false;
  #info: TerminalInfo | null = null;
  #stream: TerminalStream | null = null;
  #unwatch: () => void = () => undefined;
  #opened = false;
  #replayed = false;
  #wantsFocus = false;
  #disposed = false;
  #waiting: string[] = [];
  #webgl: { dispose(): void } | null = null;

  constructor(
    private readonly client: Client,
    readonly lab: string,
    readonly node: string,
    readonly key: string,
    doors: SessionDoors,
    theme: ITheme,
  ) {
    this.terminal = new Terminal({
      allowProposedApi: true,
      scrollback,
      fontSize: 12.5,
      lineHeight: 1.1,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono') || 'monospace',
      minimumContrastRatio: 4.5,
      cursorBlink: false,
      macOptionIsMeta: true,
      rightClickSelectsWord: true,
      theme,
      linkHandler: { activate: (_event, uri) => doors.onLink(uri) },
    });
    this.terminal.loadAddon(this.#fit);
    this.terminal.loadAddon(this.search);
    this.terminal.loadAddon(new Unicode11Addon());
    this.terminal.unicode.activeVersion = '11';
    this.terminal.loadAddon(new WebLinksAddon((_event, uri) => doors.onLink(uri)));
    this.terminal.attachCustomKeyEventHandler((event) => event.type !== 'keydown' || !doors.onKey(event));
    this.terminal.onData((data) => (isTyped(data) ? doors.onTyped(this, data) : this.write(data)));
    this.terminal.onBinary((data) => this.#stream?.write(Uint8Array.from(data, (char) => char.charCodeAt(0))));
    this.terminal.onResize(({ cols, rows }) => this.#resize(cols, rows));
  }

  get state(): SessionState {
    return this.#state;
  }
  get error(): WireError | null {
    return this.#error;
  }
  /** As the shell named itself; empty until it did. */
  get title(): string {
    return this.#title;
  }
  /** Output came since the tab was last shown. */
  get unseen(): boolean {
    return this.#unseen;
  }
  get terminalId(): string | null {
    return this.#info?.terminalId ?? null;
  }

  /** Puts the terminal on the page. Called once, when its place is there. */
  mount(place: HTMLElement): void {
    if (this.#opened) return;
    this.#opened = true;
    this.terminal.open(place);
    this.fit();
    if (this.#wantsFocus) this.terminal.focus();
    void this.connect();
  }

  /** Gives the shell the keyboard, as soon as it is on the page. */
  focus(): void {
    this.#wantsFocus = !this.#opened;
    if (this.#opened) this.terminal.focus();
  }

  /** Whether its tab is on the screen now. */
  show(shown: boolean): void {
    this.#shown = shown;
    if (shown) this.#unseen = false;
    if (!shown) this.#leaveGpu();
    else if (this.#opened) void this.#useGpu();
  }

  /** Takes the size of its place; nothing while the place has none. */
  fit(): void {
    const size = this.#fit.proposeDimensions();
    if (size === undefined || !Number.isFinite(size.cols) || size.cols < 2 || size.rows < 1) return;
    this.terminal.resize(Math.min(1000, size.cols), Math.min(500, size.rows));
  }

  /** Opens the shell, or finds the one with this key again. */
  async connect(): Promise<void> {
    this.#state = 'opening';
    this.#error = null;
    const { cols, rows } = this.terminal;
    try {
      const { lab, node, key } = this;
      const info = await this.client.call('terminal.open', { lab, node, key, cols, rows });
      if (this.#disposed) return;
      this.#unwatch();
      this.#unwatch = this.client.subscribe(
        'terminal',
        { terminalId: info.terminalId },
        (next) => this.#take(next),
        (error) => this.#lost(error),
      );
      this.#take(info);
    } catch (thrown) {
      if (this.#disposed) return;
      this.#error = toWireError(thrown);
      this.#state = 'failed';
    }
  }

  #take(info: TerminalInfo): void {
    this.#info = info;
    this.#title = info.title;
    this.#state = info.state;
    if (info.state !== 'closed' && this.#stream === null) this.#attach(info.terminalId);
  }

  /** The topic ended: the backend started anew and knows the shell no more, or the shell is closed. */
  #lost(error: WireError | null): void {
    if (this.#disposed || this.#state === 'closed') return;
    if (error?.code === 'input/unknown') void this.connect();
    else this.#state = 'closed';
  }

  #attach(terminalId: string): void {
    // What follows begins with the whole screen.
    this.terminal.reset();
    this.#replayed = false;
    this.#stream = this.client.stream(
      terminalId,
      (bytes) => this.#show(bytes),
      (error) => {
        this.#stream = null;
        if (this.#disposed) return;
        if (error?.code === 'door/closed') this.#state = 'away';
        else if (error === null) this.#state = 'closed';
      },
    );
    for (const text of this.#waiting.splice(0)) this.write(text);
  }

  #show(bytes: Uint8Array): void {
    // The first piece is the screen as it was, not news.
    if (!this.#shown && this.#replayed && !this.#unseen) this.#unseen = true;
    this.#replayed = true;
    const stream = this.#stream;
    this.terminal.write(bytes, () => stream?.ack(bytes.byteLength));
  }

  /** Sends text to the shell as if typed; kept until the shell is there. */
  write(text: string): void {
    if (this.#stream === null) {
      if (this.#state === 'opening') this.#waiting.push(text);
      return;
    }
    this.#stream.write(new TextEncoder().encode(text));
  }

  #resize(cols: number, rows: number): void {
    const terminalId = this.terminalId;
    if (terminalId === null || this.#state === 'closed') return;
    // A shell that ended meanwhile needs no size.
    this.client.call('terminal.resize', { terminalId, cols, rows }).catch(() => undefined);
  }

  async #useGpu(): Promise<void> {
    if (this.#webgl !== null) return;
    const context = document.createElement('canvas').getContext('webgl2');
    const info = context?.getExtension('WEBGL_debug_renderer_info');
    const name: unknown = info ? context?.getParameter(info.UNMASKED_RENDERER_WEBGL) : '';
    if (typeof name !== 'string' || !isGpu(name)) return;
    const { WebglAddon } = await import('@xterm/addon-webgl');
    if (this.#disposed || !this.#shown || this.#webgl !== null) return;
    const addon = new WebglAddon();
    addon.onContextLoss(() => this.#leaveGpu());
    this.terminal.loadAddon(addon);
    this.#webgl = addon;
    this.fit();
  }

  #leaveGpu(): void {
    this.#webgl?.dispose();
    this.#webgl = null;
  }

  /** Takes the terminal off the page; the shell in the node goes on. */
  dispose(): void {
    this.#disposed = true;
    this.#unwatch();
    this.#stream?.detach();
    this.#stream = null;
    this.#leaveGpu();
    this.terminal.dispose();
  }
}
