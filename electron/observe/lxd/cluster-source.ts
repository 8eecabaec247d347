import { LabError } from '../../../shared/errors.ts';
import type { Millis, Observed } from '../../../shared/lab.ts';
import { nodeTimers } from '../node-timers.ts';
import { askDaemon, type Question } from './ask-daemon.ts';
import { readClusterMembers, type ClusterMember } from './cluster-members.ts';
import type { DaemonSource } from './daemon-source.ts';
import { globalRows, readStatuses, type GlobalRows } from './entities.ts';
import { globalQuery } from './global-query.ts';
import type { LxdSources } from './sources.ts';
import { readResults } from './sql-results.ts';

/** One question of the cluster: milliseconds between two, how long an answer may take, and until another node is asked after a failure. */
interface Pace {
  readonly every: number;
  readonly answer: number;
  readonly again: number;
}

/** What one of the cluster's nodes is asked, again and again: LXD pushes neither who leads nor who is Offline. */
export class Asked<T> {
  #value: T | null = null;
  #observedAt: Millis | null = null;
  #answers = false;
  #tried = false;
  #asking = false;
  #again = false;
  #failed: DaemonSource | null = null;
  #stopTimer: () => void = () => {};
  #closed = false;

  constructor(
    private readonly options: {
      /** Shown as the source, e.g. `GET /1.0/cluster/members`. */
      readonly source: string;
      readonly pace: Pace;
      readonly now: () => Millis;
      /** Who can be asked, best first. */
      readonly tellers: () => readonly DaemonSource[];
      readonly ask: (teller: DaemonSource, timeout: number) => Promise<T>;
      readonly onChange: () => void;
    },
  ) {}

  /** The last answer; null before the first. */
  get value(): T | null {
    return this.#value;
  }

  get observed(): Observed {
    return { source: this.options.source, observedAt: this.#observedAt, answers: this.#answers };
  }

  /** True once somebody was asked and answered or did not, and while there is nobody to ask. */
  get settled(): boolean {
    return this.#tried || this.options.tellers().length === 0;
  }

  /** Asks now, or once more after the answer that is under way: that one may be older than the reason to ask. */
  now(): void {
    if (this.#asking) this.#again = true;
    else void this.#ask();
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer();
  }

  async #ask(): Promise<void> {
    if (this.#closed || this.#asking) return;
    this.#stopTimer();
    const { pace, now, tellers, ask } = this.options;
    const all = tellers();
    const teller = all.find((one) => one !== this.#failed) ?? all[0];
    if (teller === undefined) {
      this.#end(false);
      return;
    }
    this.#asking = true;
    this.#again = false;
    let next = pace.every;
    try {
      const value = await ask(teller, pace.answer);
      const changed = JSON.stringify(value) !== JSON.stringify(this.#value);
      this.#value = value;
      this.#observedAt = now();
      this.#failed = null;
      this.#end(true, changed);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      this.#failed = teller;
      next = pace.again;
      this.#end(false);
    } finally {
      this.#asking = false;
    }
    if (this.#closed) return;
    if (this.#again) void this.#ask();
    else this.#stopTimer = nodeTimers.after(next, () => void this.#ask());
  }

  #end(answers: boolean, changed = false): void {
    const other = answers !== this.#answers || !this.#tried;
    this.#answers = answers;
    this.#tried ||= this.options.tellers().length > 0;
    if ((changed || other) && !this.#closed) this.options.onChange();
  }
}

export interface ClusterOptions {
  readonly sources: LxdSources;
  readonly now: () => Millis;
  readonly tellers: () => readonly DaemonSource[];
  /** Those of them whose dqlite has a steady leader. */
  readonly steadyTellers: () => readonly DaemonSource[];
  readonly onChange: () => void;
}

export interface Kept {
  readonly rows: GlobalRows;
  /** Of instances, see `readStatuses`; empty when the members did not tell in time. */
  readonly statuses: Readonly<Record<string, string>>;
}

/** The questions one node answers for all: members, and what they keep. */
export class ClusterSource {
  readonly members: Asked<readonly ClusterMember[]>;
  readonly kept: Asked<Kept>;
  #stopTimer: (() => void) | null = null;

  constructor(options: ClusterOptions) {
    const { socket } = options.sources;
    const put = (teller: DaemonSource, question: Question) => askDaemon(teller.sockets, socket, question);
    this.members = new Asked({
      ...options,
      source: `GET /1.0/cluster/members`,
      pace: { every: 1000, answer: 2000, again: 1000 },
      ask: async (teller, timeout) =>
        readClusterMembers(await put(teller, { path: '/1.0/cluster/members?recursion=1', timeout })),
    });
    // A question of SQL does not wait while LXD changes its dqlite (bootstrap, join), and the connection it makes then may stop the daemon for ever:
    // `DialFunc` holds `Gateway.lock` until the daemon's own handler answers, the handler waits for that lock behind `Gateway.init`, and that one for `DialFunc`
    // (lxd/cluster/gateway.go of 5.0). Seen in 3 of some 60 bootstraps on a busy machine.
    this.kept = new Asked({
      ...options,
      tellers: options.steadyTellers,
      source: `${options.sources.admin} sql global`,
      pace: { every: 2000, answer: 3000, again: 2000 },
      ask: async (teller, timeout) => {
        const rows = globalRows(readResults(await put(teller, { path: '/internal/sql', body: globalQuery, timeout })));
        return { rows, statuses: rows.instances.length === 0 ? {} : await statusesOf(teller, timeout) };
      },
    });
    // Asked of all members by the one that is asked: of one that hangs no answer comes in time.
    const statusesOf = async (teller: DaemonSource, timeout: number): Promise<Kept['statuses']> => {
      try {
        return readStatuses(await put(teller, { path: '/1.0/instances?recursion=1&all-projects=true', timeout }));
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        return {};
      }
    };
  }

  /** @param action of a lifecycle event; null when some may have been missed */
  event(action: string | null): void {
    if (action === null || action.startsWith('cluster-')) this.members.now();
    // Several at once are told together, and by every member.
    this.#stopTimer ??= nodeTimers.after(50, () => {
      this.#stopTimer = null;
      this.kept.now();
    });
  }

  close(): void {
    this.#stopTimer?.();
    this.members.close();
    this.kept.close();
  }
}
