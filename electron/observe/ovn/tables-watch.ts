import { LabError } from '../../../shared/errors.ts';
import type { Millis, Observed } from '../../../shared/lab.ts';
import { Tables } from '../../../shared/ovsdb/rows.ts';
import type { DatabaseSource } from './database-source.ts';
import type { Monitors, TableRequests } from './monitors.ts';

const timeout = 10_000;

/**
 * Contents of one replicated database, followed on one node: the leader's where there is one, else any that is connected, else any that
 * answers (a copy without quorum still reads, and is said not to answer). Stays where it is while that will do.
 */
export class TablesWatch {
  #tables = new Tables();
  #source: DatabaseSource | null = null;
  #monitors: Monitors | null = null;
  #loaded = false;
  #observedAt: Millis | null = null;

  constructor(
    private readonly name: string,
    private readonly requests: TableRequests,
    private readonly onChange: () => void,
  ) {}

  get tables(): Tables {
    return this.#tables;
  }

  /** Contents came at least once from the node it follows now. */
  get loaded(): boolean {
    return this.#loaded;
  }

  observed(): Observed {
    const live = this.#loaded && this.#source?.answers === true && this.#source.monitors === this.#monitors;
    if (live) this.#observedAt = this.#source?.heardAt ?? null;
    return {
      source: this.#source === null ? this.name : `${this.name} on ${this.#source.node}`,
      observedAt: this.#observedAt,
      answers: live && this.#source?.row?.connected === true,
    };
  }

  /** Looks whether another node serves better. */
  choose(sources: readonly DatabaseSource[]): void {
    const serving = sources.filter((source) => source.monitors !== null);
    const rank = (source: DatabaseSource) => (source.row?.leads === true ? 2 : source.row?.connected === true ? 1 : 0);
    const [best] = serving.toSorted((a, b) => rank(b) - rank(a));
    if (best === undefined) return;
    const current = this.#source;
    const stays = current !== null && serving.includes(current) && current.monitors === this.#monitors;
    if (stays && (rank(current) > 0 || rank(best) === 0)) return;
    void this.#follow(best);
  }

  async #follow(source: DatabaseSource): Promise<void> {
    const monitors = source.monitors;
    if (monitors === null) return;
    this.observed();
    if (this.#monitors !== monitors) this.#monitors?.cancel(this.name);
    this.#source = source;
    this.#monitors = monitors;
    this.#loaded = false;
    const wanted = () => this.#monitors === monitors;
    try {
      const tables = await monitors.follow(this.name, this.requests, () => wanted() && this.onChange(), timeout);
      if (!wanted()) return;
      this.#tables = tables;
      this.#loaded = true;
      this.onChange();
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      // The source is looked at again when it changes; a server that has the database not yet changes when it has.
      if (wanted()) this.#monitors = null;
    }
  }
}
