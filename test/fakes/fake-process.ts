import type { Attached, AttachOptions, FoundNode } from '../../electron/engines/engine.ts';

/** The node's side of an attached command: what a test's handler drives. */
export interface FakeProgram {
  readonly node: FoundNode;
  readonly command: readonly string[];
  readonly options: AttachOptions;
  /** Called with each piece of input. */
  onInput(listener: (bytes: Uint8Array) => void): void;
  onInputEnd(listener: () => void): void;
  onResize(listener: (cols: number, rows: number) => void): void;
  print(bytes: Uint8Array | string): void;
  printError(bytes: Uint8Array | string): void;
  /** Ends the command; nothing it does afterwards is seen. */
  exit(code: number | null): void;
}

/** Both sides of a command in a FakeEngine. Output is held while paused and before the first listener, as a socket would. */
export class FakeProcess implements Attached, FakeProgram {
  private readonly held: { readonly stream: 'data' | 'error'; readonly bytes: Uint8Array }[] = [];
  private readonly listeners = { data: [] as Listen[], error: [] as Listen[], input: [] as Listen[] };
  private readonly endListeners: ((exitCode: number | null) => void)[] = [];
  private readonly inputEndListeners: (() => void)[] = [];
  private readonly resizeListeners: ((cols: number, rows: number) => void)[] = [];
  private isPaused = false;
  private exited: { readonly code: number | null } | null = null;
  private told = false;

  constructor(
    readonly node: FoundNode,
    readonly command: readonly string[],
    readonly options: AttachOptions,
  ) {}

  write(bytes: Uint8Array): void {
    if (this.exited === null) for (const listener of this.listeners.input) listener(bytes);
  }

  endInput(): void {
    if (this.exited === null) for (const listener of this.inputEndListeners) listener();
  }

  onData(listener: Listen): void {
    this.listeners.data.push(listener);
    this.flush();
  }

  onError(listener: Listen): void {
    this.listeners.error.push(listener);
    this.flush();
  }

  onEnd(listener: (exitCode: number | null) => void): void {
    if (this.told && this.exited !== null) listener(this.exited.code);
    else this.endListeners.push(listener);
    this.flush();
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.flush();
  }

  resize(cols: number, rows: number): Promise<void> {
    for (const listener of this.resizeListeners) listener(cols, rows);
    return Promise.resolve();
  }

  kill(): Promise<void> {
    this.isPaused = false;
    this.exit(129);
    return Promise.resolve();
  }

  onInput(listener: Listen): void {
    this.listeners.input.push(listener);
  }

  onInputEnd(listener: () => void): void {
    this.inputEndListeners.push(listener);
  }

  onResize(listener: (cols: number, rows: number) => void): void {
    this.resizeListeners.push(listener);
  }

  print(bytes: Uint8Array | string): void {
    this.put('data', bytes);
  }

  printError(bytes: Uint8Array | string): void {
    this.put(this.options.tty ? 'data' : 'error', bytes);
  }

  exit(code: number | null): void {
    this.exited ??= { code };
    this.flush();
  }

  private put(stream: 'data' | 'error', bytes: Uint8Array | string): void {
    if (this.exited !== null) return;
    this.held.push({ stream, bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes });
    this.flush();
  }

  private flush(): void {
    // Never within the call that printed: a real stream answers in a later turn.
    queueMicrotask(() => {
      const heard = this.listeners.data.length + this.listeners.error.length + this.endListeners.length > 0;
      while (heard && !this.isPaused && this.held.length > 0) {
        const next = this.held.shift();
        if (next !== undefined) for (const listener of this.listeners[next.stream]) listener(next.bytes);
      }
      if (this.exited === null || this.told || this.isPaused || this.held.length > 0) return;
      this.told = true;
      for (const listener of this.endListeners.splice(0)) listener(this.exited.code);
    });
  }
}

type Listen = (bytes: Uint8Array) => void;
