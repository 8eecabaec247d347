import { LabError } from '../shared/errors.ts';
import type { Millis, NodeUsage } from '../shared/lab.ts';
import type { Engine, FoundNode } from './engines/engine.ts';

const interval = 4000;
/** An engine takes a second or two to measure; few at once leave it room for the rest. */
const atOnce = 3;

/** Processor and memory of running nodes, measured slowly and only while open. */
export class UsagePoll {
  readonly #usage = new Map<string, NodeUsage>();
  #nodes: readonly string[] = [];
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(
    private readonly options: {
      readonly engine: Engine;
      readonly now: () => Millis;
      readonly onChange: () => void;
    },
  ) {
    this.#timer = setTimeout(() => void this.#round(), 500);
    this.#timer.unref();
  }

  /** By engine id of the node. */
  get usage(): ReadonlyMap<string, NodeUsage> {
    return this.#usage;
  }

  nodes(nodes: readonly FoundNode[]): void {
    this.#nodes = nodes.filter((node) => node.state === 'running').map((node) => node.id);
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    const queue = [...this.#nodes];
    const worker = async () => {
      for (let id = queue.shift(); id !== undefined && !this.#closed; id = queue.shift()) await this.#measure(id);
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    if (this.#closed) return;
    this.options.onChange();
    this.#timer = setTimeout(() => void this.#round(), interval);
    this.#timer.unref();
  }

  async #measure(id: string): Promise<void> {
    try {
      const { cpuPercent, memoryMiB } = await this.options.engine.stats(id);
      this.#usage.set(id, { cpuPercent, memoryMiB, observedAt: this.options.now() });
    } catch (error) {
      // A node that just ended has no usage.
      if (!(error instanceof LabError)) throw error;
      this.#usage.delete(id);
    }
  }
}
