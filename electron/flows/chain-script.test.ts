import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { ChainOutput, chainCommand } from './chain-script.ts';

/** What a real shell prints for these commands, read in pieces of this size. */
function run(commands: readonly (readonly string[])[], size: number): readonly string[] {
  const [program = '', ...args] = chainCommand(commands);
  let printed: string;
  try {
    printed = execFileSync(program, args, { encoding: 'utf8' });
  } catch (error) {
    printed = (error as { stdout: string }).stdout;
  }
  const heard: string[] = [];
  const output = new ChainOutput({
    begin: (index) => heard.push(`begin ${index}`),
    output: (index, text) => {
      const last = heard.at(-1) ?? '';
      if (last.startsWith(`${index}: `)) heard[heard.length - 1] = last + text;
      else heard.push(`${index}: ${text}`);
    },
    end: (index, code) => heard.push(`end ${index} ${code}`),
  });
  for (let at = 0; at < printed.length; at += size) output.feed(printed.slice(at, at + size));
  return heard;
}

it.each([1, 3, 1000])('tells the commands of one exec apart, in pieces of %i', (size) => {
  const commands = [
    ['printf', '%s\\n', 'a b', '$(id)', "it's; `x`", '"', ''],
    ['true'],
    ['sh', '-c', 'echo out; echo err >&2'],
  ];
  expect(run(commands, size)).toEqual([
    'begin 0',
    '0: a b\n$(id)\nit\'s; `x`\n"\n\n',
    'end 0 0',
    'begin 1',
    'end 1 0',
    'begin 2',
    '2: out\nerr\n',
    'end 2 0',
  ]);
});

it('stops at the first that fails', () => {
  expect(run([['true'], ['sh', '-c', 'echo no; exit 7'], ['echo', 'never']], 5)).toEqual([
    'begin 0',
    'end 0 0',
    'begin 1',
    '1: no\n',
    'end 1 7',
  ]);
});
