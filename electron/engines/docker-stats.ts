import { LabError } from '../../shared/errors.ts';
import type { DockerApi } from './docker-api.ts';

/** What `GET /containers/{id}/stats` says (Engine API v1.41 ContainerStats), times in nanoseconds, memory in bytes. */
interface StatsAnswer {
  /** Of a node that does not run Docker gives the year 1, Podman no answer with figures. */
  readonly read?: string;
  readonly cpu_stats?: { readonly cpu_usage: { readonly total_usage: number } };
  readonly memory_stats?: { readonly usage?: number; readonly stats?: Readonly<Record<string, number>> };
}

interface Sample {
  readonly at: number;
  readonly nanos: number;
}

/** Reads usage. Processor time is a difference: of the last call for the same node, else of a second one second later. */
export class Stats {
  private readonly last = new Map<string, Sample>();

  constructor(private readonly api: DockerApi) {}

  /** @throws LabError 'node/not-running'. `cpuPercent` of one core; memory without what the kernel could drop from its page cache. */
  async read(id: string): Promise<{ readonly cpuPercent: number; readonly memoryMiB: number }> {
    const before = this.last.get(id) ?? sample(await this.ask(id));
    if (!this.last.has(id)) await new Promise((resolve) => setTimeout(resolve, 1000));
    const answer = await this.ask(id);
    const now = sample(answer);
    this.last.set(id, now);
    const elapsed = (now.at - before.at) * 1e6;
    const memory = answer.memory_stats;
    const cache = memory?.stats?.['total_inactive_file'] ?? memory?.stats?.['inactive_file'] ?? 0;
    return {
      cpuPercent: elapsed <= 0 ? 0 : (Math.max(0, now.nanos - before.nanos) / elapsed) * 100,
      memoryMiB: Math.max(0, (memory?.usage ?? 0) - cache) / (1024 * 1024),
    };
  }

  private ask(id: string): Promise<StatsAnswer> {
    return this.api.json<StatsAnswer>({
      method: 'GET',
      path: `/containers/${id}/stats`,
      query: { stream: false, 'one-shot': true },
      what: 'read the usage of the node',
    });
  }
}

function sample(answer: StatsAnswer): Sample {
  const at = Date.parse(answer.read ?? '');
  if (answer.cpu_stats === undefined || !(at > 0)) throw new LabError('node/not-running', 'The node is not running.');
  return { at, nanos: answer.cpu_stats.cpu_usage.total_usage };
}
