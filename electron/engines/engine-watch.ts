import { LabError } from '../../shared/errors.ts';
import type { EngineHealth } from '../../shared/engine.ts';
import { detectEngine, notReady, type Detected } from './detect.ts';
import type { Engine } from './engine.ts';
import { looking } from './engine-words.ts';

/** Pauses between looks after a living engine went away, in milliseconds; then it is left to «look again». */
const retries = [500, 1000, 2000, 4000, 8000, 15_000, 30_000, 60_000, 60_000, 60_000];

/**
 * The engine there is at the moment. Nothing is asked before the first `look`, which never holds up a start: until it is answered the
 * health is `looking`. That an engine died is noticed by the end of its events; it is then looked for again for some minutes.
 */
export class EngineWatch {
  private health: EngineHealth = looking;
  private detected: Detected | null = null;
  private searching: Promise<EngineHealth> | null = null;
  private retry: NodeJS.Timeout | null = null;
  private closed = false;
  private readonly listeners = new Set<(health: EngineHealth) => void>();

  /** @param detect how an engine is looked for; tests give their own */
  constructor(private readonly detect: () => Promise<Detected> = () => detectEngine()) {}

  current(): EngineHealth {
    return this.health;
  }

  /** @throws LabError 'engine/unreachable' | 'engine/denied' with the fix while there is none */
  engine(): Engine {
    if (this.detected?.engine) return this.detected.engine;
    throw notReady(this.health);
  }

  /** Looks for an engine, or asks the one there is; calls at the same time share one search. */
  look(): Promise<EngineHealth> {
    this.searching ??= this.search().finally(() => {
      this.searching = null;
    });
    return this.searching;
  }

  /** Called with each new health from now on. Returns its undo. */
  onChange(listener: (health: EngineHealth) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves with the engine as soon as there is one. Rejects when the signal fires. */
  async whenReady(signal: AbortSignal): Promise<Engine> {
    if (this.detected?.engine) return this.detected.engine;
    return new Promise((resolve, reject) => {
      const done = () => {
        undo();
        signal.removeEventListener('abort', stop);
      };
      const undo = this.onChange(() => {
        if (!this.detected?.engine) return;
        done();
        resolve(this.detected.engine);
      });
      const stop = () => {
        done();
        reject(new LabError('cancelled', 'Cancelled.'));
      };
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
    });
  }

  /** Closes the engine, and a Podman service that is ours. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.retry !== null) clearTimeout(this.retry);
    await this.searching?.catch(() => undefined);
    await this.drop();
  }

  private async search(): Promise<EngineHealth> {
    if (this.detected?.engine) {
      const health = await this.detected.engine.health();
      if (health.state === 'ready') return this.become({ ...health, tried: this.health.tried });
      // A known failure stays on the screen until more is known; «ready» may not, nor be the reason of a call that finds no engine.
      this.become(looking);
      await this.drop();
    }
    const detected = await this.detect();
    if (this.closed) {
      await detected.close();
      return this.health;
    }
    this.detected = detected;
    if (detected.engine !== null) this.followDeath(detected.engine);
    return this.become(detected.health);
  }

  private followDeath(engine: Engine): void {
    const lost = () => void this.lost(engine, 0);
    engine.events(() => undefined, lost, new AbortController().signal).catch(lost);
  }

  /** The engine went away: told at once, and looked for again. */
  private async lost(engine: Engine, attempt: number): Promise<void> {
    if (this.closed || (this.detected?.engine !== engine && attempt === 0)) return;
    const { state } = await this.look();
    const pause = retries[attempt];
    if (state === 'ready' || pause === undefined || this.closed) return;
    this.retry = setTimeout(() => void this.lost(engine, attempt + 1), pause).unref();
  }

  private async drop(): Promise<void> {
    const detected = this.detected;
    this.detected = null;
    await detected?.close();
  }

  private become(health: EngineHealth): EngineHealth {
    this.health = health;
    for (const listener of [...this.listeners]) listener(health);
    return health;
  }
}
