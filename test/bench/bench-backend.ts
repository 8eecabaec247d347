import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { limit, roundsOr, spread, type Result } from './measure.ts';

const dist = join(import.meta.dirname, '..', 'dist');
/** Milliseconds of one sample: what is measured is time itself, and the kernel counts it in ticks of 10 ms. */
const watched = 2500;

/** CPU time used so far in milliseconds, and resident memory in MiB (`/proc/PID/stat`, `/proc/PID/status`, proc(5)). */
function usage(pid: number): { cpu: number; memory: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const memory = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpu: (Number(stat[11]) + Number(stat[12])) * 10, memory: Number(memory) / 1024 };
}

/** Starts the browser door; resolves with its URL when it prints it. */
export async function startDoor(environment: NodeJS.ProcessEnv = {}): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(dist, 'serve.js'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...environment },
  });
  if (child.stdout === null) throw new Error('no stdout');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const url = /http:\S+/.exec(line)?.[0];
  if (url === undefined) throw new Error(`the door said: ${line}`);
  return { child, url };
}

/** (g) The backend with nobody looking: CPU in percent of one core, memory against a bare Node. */
export async function benchIdle(): Promise<Result[]> {
  const { child } = await startDoor();
  const bare = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
  try {
    // What start-up leaves to be collected is not idle use.
    await delay(5000);
    const samples: { readonly cpu: number; readonly memory: number; readonly bare: number }[] = [];
    while (samples.length < roundsOr(8)) {
      const before = usage(child.pid ?? 0);
      await delay(watched);
      const after = usage(child.pid ?? 0);
      const cpu = (100 * (after.cpu - before.cpu)) / watched;
      samples.push({ cpu, memory: after.memory, bare: usage(bare.pid ?? 0).memory });
    }
    const subject = spread(samples.map(({ memory }) => memory));
    const reference = spread(samples.map((sample) => sample.bare));
    const ratio = subject.median / reference.median;
    const cpu = samples.map((sample) => sample.cpu);
    return [
      limit({ name: '(g) backend idle, CPU', unit: '% of a core', judged: 'median', bar: 1, samples: cpu }),
      {
        name: '(g) backend idle, memory',
        unit: 'MiB',
        subject,
        reference,
        ratio,
        bar: 3,
        sense: 'most',
        reached: ratio <= 3,
      },
    ];
  } finally {
    for (const process of [child, bare]) {
      const exited = once(process, 'exit');
      process.kill();
      await exited;
    }
  }
}
