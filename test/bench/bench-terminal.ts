import Docker from 'dockerode';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Screen } from '../../electron/terminals/screen.ts';
import { compare, format, limit, percentile, roundsOr, spread, type Result } from './measure.ts';
import { ask, engineShell, productShell, type Shell } from './shells.ts';
import { openWatchedDoor, type WatchedDoor } from './watched-door.ts';

const lab = 'bench-tty';
const node = 'node-1';
const docker = new Docker();

/** Two kinds of output: lines of text, and the short lines that cost a screen most. Both in the node beforehand; `\n` becomes `\r\n`. */
const floods = {
  'lines of 80': { file: '/var/tmp/bench-long', make: `yes ${'0123456789abcdef'.repeat(5)} | head -c 30000000` },
  'short lines': { file: '/var/tmp/bench-short', make: 'seq 1 3000000' },
} as const;

/** (d) What the product's terminal carries over its WebSocket door, against the engine's own tty stream of the same shell on the same node. */
export async function benchTerminal(): Promise<Result[]> {
  const door = await openWatchedDoor();
  try {
    await door.deploy(lab);
    const results: Result[] = [];
    const ours = await productShell(door.client, lab, node, 'bench');
    const theirs = await engineShell(docker, `${lab}-${node}`);
    for (const shell of [ours, theirs]) await ask(shell, `PS1='bench-''ready> '; stty -echo\r`, 'bench-ready> ');
    for (const { file, make } of Object.values(floods)) await ask(theirs, `${make} > ${file}; ${mark}`, 'bench-end');
    for (const [name, { file }] of Object.entries(floods)) {
      // Against what is printed: the product leaves out what would leave the scrollback before anybody saw it.
      const { bytes } = await ask(theirs, `cat ${file}; ${mark}`, 'bench-end');
      const rate = (shell: Shell) => async () => {
        const { ms } = await ask(shell, `cat ${file}; ${mark}`, 'bench-end');
        return bytes / 1000 / ms;
      };
      results.push(
        await compare({
          name: `(d) terminal throughput, ${name}`,
          unit: 'MB/s',
          rounds: roundsOr(8),
          bar: 0.25,
          sense: 'least',
          subject: rate(ours),
          reference: rate(theirs),
        }),
      );
    }
    results.push(
      limit({
        name: '(d) socket buffer, page that keeps up',
        unit: 'kB',
        judged: 'worst',
        bar: 1000,
        samples: [(await door.peak()) / 1000],
      }),
    );
    results.push(await interrupts(door, ours), await stalled(door, ours));
    for (const shell of [ours, theirs]) await ask(shell, 'stty echo\r', 'bench-ready> ');
    results.push(await echoes(ours, theirs));
    for (const shell of [ours, theirs]) await shell.close();
    return results;
  } finally {
    await door.destroy(lab).catch(() => undefined);
    await door.close();
  }
}

/** Printed at the end of a command; in two parts, so that it is not found in what was typed. */
const mark = `printf 'bench-%s' end\r`;

/** From the key to the prompt on the screen of a client that draws as it acknowledges (xterm without a page), under a flood. */
async function interrupts(door: WatchedDoor, shell: Shell): Promise<Result> {
  const screen = new Screen({ cols: 200, rows: 50 });
  const samples: number[] = [];
  const underWay: number[] = [];
  const arrived: number[] = [];
  try {
    for (let round = 0; round < roundsOr(10); round++) {
      let flooded = 0;
      const enough = new Promise<void>((resolve) =>
        shell.listen((bytes, done) => {
          flooded += bytes.length;
          screen.write(bytes, () => {
            done();
            if (flooded > 4_000_000) resolve();
          });
        }),
      );
      shell.type(`yes ${round % 2 === 0 ? 'y' : '0123456789abcdef'.repeat(5)}\r`);
      await enough;
      const begun = performance.now();
      let lastArrival = begun;
      const { ms, bytes } = await ask(shell, '\x03', 'bench-ready> ', (piece, done) => {
        lastArrival = performance.now();
        screen.write(piece, done);
      });
      samples.push(ms);
      underWay.push(bytes / 1000);
      arrived.push(lastArrival - begun);
    }
  } finally {
    screen.close();
  }
  await door.peak();
  const said = (of: readonly number[]) => `${format(spread(of).median)} (at most ${format(Math.max(...of))})`;
  return {
    ...limit({ name: '(d) Ctrl-C under a flood', unit: 'ms', judged: 'worst', bar: 500, samples }),
    where: [
      `${said(underWay)} kB came after the key, the last of them ${said(arrived)} ms after it; the rest is drawing`,
    ],
  };
}

/** What waits in the server's WebSocket and in the kernel while a flood runs and the page reads nothing for two seconds. */
async function stalled(door: WatchedDoor, shell: Shell): Promise<Result> {
  const samples: number[] = [];
  for (let round = 0; round < roundsOr(8); round++) {
    const flowing = new Promise<void>((resolve) =>
      shell.listen((_bytes, done) => {
        done();
        resolve();
      }),
    );
    shell.type('yes 0123456789abcdef\r');
    await flowing;
    door.socket.pause();
    await delay(2000);
    samples.push(((await door.peak()) + (await queued(door.port))) / 1000);
    door.socket.resume();
    await ask(shell, '\x03', 'bench-ready> ');
  }
  return limit({ name: '(d) socket buffer, page that reads nothing', unit: 'kB', judged: 'worst', bar: 1000, samples });
}

/** Bytes that the kernel holds for the connections to a port of this machine, in both directions and at both ends (proc_net_tcp). */
async function queued(port: number): Promise<number> {
  const lines = (await readFile('/proc/net/tcp', 'utf8')).trim().split('\n').slice(1);
  const name = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', remote = '', state]) => state === '01' && (local.endsWith(name) || remote.endsWith(name)))
    .flatMap(([, , , , queues = '0:0']) => queues.split(':'))
    .reduce((sum, hex) => sum + Number.parseInt(hex, 16), 0);
}

/** Keys echoed by the shell's line editor: what the product adds to the engine's 95th percentile. */
async function echoes(ours: Shell, theirs: Shell): Promise<Result> {
  const samples = { ours: [] as number[], theirs: [] as number[] };
  for (let key = 0; key < 100; key++) {
    const turns = [
      ['ours', ours],
      ['theirs', theirs],
    ] as const;
    for (const [whose, shell] of key % 2 === 0 ? turns : turns.toReversed()) {
      const { ms } = await ask(shell, 'x', 'x');
      if (key >= 10) samples[whose].push(ms);
    }
  }
  const added = percentile(samples.ours, 0.95) - percentile(samples.theirs, 0.95);
  const said = (of: readonly number[]) =>
    `p95 ${format(percentile(of, 0.95))} ms, median ${format(spread(of).median)} ms`;
  return {
    ...limit({ name: '(d) key echo, p95 above the engine’s', unit: 'ms', judged: 'median', bar: 16, samples: [added] }),
    where: [`the product ${said(samples.ours)}; the engine ${said(samples.theirs)}; ${samples.ours.length} keys each`],
  };
}
