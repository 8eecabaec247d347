import { loadavg } from 'node:os';
import { benchDeploy } from './bench-deploy.ts';
import { benchIdle } from './bench-backend.ts';
import { benchCanvas } from './bench-canvas.ts';
import { benchLxd } from './bench-lxd.ts';
import { benchLeader } from './bench-leader.ts';
import { benchStart } from './bench-page.ts';
import { benchSizes } from './bench-sizes.ts';
import { benchTerminal } from './bench-terminal.ts';
import { line, table, type Result } from './measure.ts';

const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 's'];
/** Letters of the parts to run, as in issue 2 («What it must hold»), `i` and `j` for LXD, `s` for the sizes; all without any. */
const wanted = new Set(process.argv.slice(2).length > 0 ? process.argv.slice(2) : all);
const load = () => `load of the last minute ${(loadavg()[0] ?? 0).toFixed(2)}`;
const wants = (...parts: string[]) => parts.some((part) => wanted.has(part));

const results: Result[] = [];
/** A part that breaks is told, and the others still run. */
const part = async (isWanted: boolean, run: () => Promise<Result[]>) => {
  if (!isWanted) return;
  try {
    const found = await run();
    results.push(...found);
    for (const result of found) {
      process.stdout.write(`${line(result)}\n`);
      for (const where of result.where ?? []) process.stdout.write(`    ${where}\n`);
    }
  } catch (error) {
    process.stdout.write(`A part could not be measured: ${error instanceof Error ? error.stack : String(error)}\n`);
  }
};

process.stdout.write(`At the begin ${load()}\n`);
await part(wants('a', 'b', 'c'), () => benchDeploy(wanted));
await part(wants('d'), benchTerminal);
await part(wants('e'), benchCanvas);
await part(wants('f'), benchLeader);
await part(wants('g'), benchIdle);
await part(wants('h'), benchStart);
await part(wants('i', 'j'), () => benchLxd(wanted));
await part(wants('s'), benchSizes);
process.stdout.write(`At the end ${load()}\n\n${table(results)}\n`);
