import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { NodeCommand } from './step.ts';
import { toScript } from './to-script.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'script-'));
  // An engine that runs in place what it is to run in a container: `docker exec [-i] NAME WORD…`.
  const docker = '#!/bin/sh\nshift; [ "$1" = -i ] && shift || exec </dev/null; shift\nexec "$@"\n';
  writeFileSync(join(folder, 'docker'), docker);
  chmodSync(join(folder, 'docker'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The exit code of a real shell on the script of these commands. */
function run(...chain: readonly Omit<NodeCommand, 'node'>[]): number {
  const chains = [chain.map((command) => ({ node: 'node-1', ...command }))];
  const step = { kind: 'commands', id: 'x', title: 'X', timeout: 1, chains } as const;
  const script = toScript([step], { lab: 'a', cli: 'docker', title: 'T' });
  try {
    execFileSync('sh', ['-c', script], { env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` } });
    return 0;
  } catch (error) {
    return (error as { status: number }).status;
  }
}

const out = () => join(folder, 'out');
const write = (...words: NodeCommand['words']) => ({ words: ['tee', out()], stdin: words });

it('gives here-documents with captured values, taken as they are', () => {
  const print = ['printf', 'Member join token:\\neyJ$(id)`id`\\\\ ==\\n'];
  const code = run(
    { words: print, capture: { name: 'token:n', secret: true, last: true } },
    { words: ['cat'], stdin: ['a $b\n'], capture: { name: 'read', secret: false } },
    write('cost: $5 `id`\ntoken: ', { captured: 'token:n' }, ' ', { captured: 'read' }),
  );
  expect(code).toBe(0);
  expect(readFileSync(out(), 'utf8')).toBe('cost: $5 `id`\ntoken: eyJ$(id)`id`\\ == a $b\n');
});

it('goes on after what was refused, and ends where it was not', () => {
  expect(run({ words: ['false'], refused: true }, write('after'))).toBe(0);
  expect(readFileSync(out(), 'utf8')).toBe('after\n');
  expect(run({ words: ['true'], refused: true }, { words: ['rm', out()] })).toBe(1);
  expect(readFileSync(out(), 'utf8')).toBe('after\n');
  expect(run({ words: ['grep', 'x'], stdin: ['y'], refused: true })).toBe(0);
});

it('ends where a captured command fails, also when only its last line is wanted', () => {
  const code = run(
    { words: ['sh', '-c', 'echo words; exit 3'], capture: { name: 't', secret: true, last: true } },
    write('never'),
  );
  expect(code).toBe(3);
});

it('makes the volumes of nodes before them, and says how they go', () => {
  const node = {
    ...{ name: 'a-node-1', lab: 'a', node: 'node-1', image: 'i', networks: [], needs: [], labels: {}, environment: {} },
    ...{ memoryMiB: 64, pids: 50, volumes: [{ name: 'a-node-1-data', path: '/data' }] },
  };
  const step = { kind: 'nodes' as const, id: 'nodes', title: 'Start', timeout: 1, nodes: [node] };
  const script = toScript([step], { lab: 'a', cli: 'docker', title: 'x' });
  expect(script).toMatch(
    /\ndocker volume create --label io\.quorate\.lab=a --label io\.quorate\.node=node-1 a-node-1-data\ndocker create [^\n]*--mount type=volume,source=a-node-1-data,target=\/data /,
  );
  expect(script).toContain('docker volume rm $(docker volume ls --quiet --filter label=io.quorate.lab=a)');
  const plain = toScript([{ ...step, nodes: [{ ...node, volumes: [] }] }], { lab: 'a', cli: 'docker', title: 'x' });
  expect(plain).not.toMatch(/docker volume/);
  const next = toScript([{ ...step, nodes: [{ ...node, takesOver: true }] }], { lab: 'a', cli: 'docker', title: 'x' });
  expect(next).not.toMatch(/docker volume create/);
});
