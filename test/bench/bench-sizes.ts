import Docker from 'dockerode';
import { setTimeout as delay } from 'node:timers/promises';
import { limit, type Result } from './measure.ts';
import { openSubject } from './subject.ts';

const docker = new Docker();
const lab = 'bench-size';
/** Milliseconds a lab is left to come to rest, and is watched then: what is measured is time itself. */
const rest = 20_000;
const watched = 30_000;

/** Sizes of issues 2 and 3: the image, and of a lab of three that nobody looks at, memory of each node and processor time of all. */
export async function benchSizes(): Promise<Result[]> {
  const subject = await openSubject();
  const results: Result[] = [];
  try {
    for (const recipe of ['microovn', 'ovn-raft', 'lxd', 'incus']) {
      await subject.deploy({ recipe, name: lab });
      const { nodes } = await subject.workbench.engine.list(lab);
      const read = () => Promise.all(nodes.map(({ id }) => usage(id)));
      if (recipe !== 'ovn-raft') {
        const { Image } = await docker.getContainer(nodes[0]?.id ?? '').inspect();
        const { Size } = await docker.getImage(Image).inspect();
        results.push(
          limit({ name: `(s) image of ${recipe}`, unit: 'MB', judged: 'worst', bar: 450, samples: [Size / 1e6] }),
        );
      }
      await delay(rest);
      const before = await read();
      await delay(watched);
      const after = await read();
      const memory = after.map((one) => one.memory);
      const nanos = after.reduce((sum, one, index) => sum + one.nanos - (before[index]?.nanos ?? 0), 0);
      const at = (all: typeof after) => all[0]?.at ?? 0;
      results.push(
        limit({ name: `(s) node of ${recipe}`, unit: 'MiB', judged: 'worst', bar: 120, samples: memory }),
        limit({
          name: `(s) idle ${recipe} of three`,
          unit: '% of a core',
          judged: 'worst',
          bar: 3,
          samples: [nanos / 1e4 / (at(after) - at(before))],
        }),
      );
      await subject.destroy(lab);
    }
    return results;
  } finally {
    await subject.destroy(lab).catch(() => undefined);
    await subject.close();
  }
}

/** Processor time so far, and memory as `docker stats` counts it: without what the kernel could drop from its page cache. */
async function usage(id: string): Promise<{ readonly at: number; readonly nanos: number; readonly memory: number }> {
  const stats = await docker.getContainer(id).stats({ stream: false, 'one-shot': true });
  const detail = stats.memory_stats.stats as unknown as Readonly<Record<string, number>> | undefined;
  const cache = detail?.['total_inactive_file'] ?? detail?.['inactive_file'] ?? 0;
  return {
    at: Date.parse(stats.read),
    nanos: stats.cpu_stats.cpu_usage.total_usage,
    memory: (stats.memory_stats.usage - cache) / 1024 / 1024,
  };
}
