import { expect, it, onTestFinished } from 'vitest';
import { terminalCredit } from '../../shared/rpc.ts';
import { Screen } from './screen.ts';
import { Terminal } from './terminal.ts';

const size = { cols: 80, rows: 24 };
const limit = { timeout: 10_000 };

/** A terminal over a shell whose output the test gives. */
function terminal() {
  const made = new Terminal({ terminalId: 't', key: 'k', lab: 'lab', node: 'node-1', size });
  onTestFinished(() => made.close(null));
  let print: (bytes: Uint8Array) => void = () => undefined;
  const held: boolean[] = [];
  made.run(
    {
      write: () => undefined,
      endInput: () => undefined,
      onData: (listener) => (print = listener),
      onError: () => undefined,
      onEnd: () => undefined,
      pause: () => held.push(true),
      resume: () => held.push(false),
      resize: async () => undefined,
      kill: async () => undefined,
    },
    () => undefined,
  );
  return { terminal: made, print: (text: string) => print(Buffer.from(text)), held };
}

/** A page on it, which draws what it gets. */
function page(of: Terminal, options: { readonly acks: boolean } = { acks: true }) {
  const screen = new Screen(size);
  onTestFinished(() => screen.close());
  let bytes = 0;
  let tail = '';
  const source = of.attach({
    data: (piece) => {
      bytes += piece.length;
      tail = (tail + Buffer.from(piece).toString()).slice(-200);
      screen.write(piece);
      if (options.acks) source.ack(piece.length);
    },
    end: () => undefined,
  });
  return {
    source,
    bytes: () => bytes,
    /** The last of what came. */
    tail: () => tail,
    picture: () => drawn(screen),
  };
}
const drawn = (screen: Screen) =>
  new Promise<string>((resolve) => screen.picture((bytes) => resolve(Buffer.from(bytes).toString())));

it.each([
  ['short lines', (line: number) => `${String(line)}\r\n`],
  ['coloured lines', (line: number) => `\x1b[3${String(line % 8)}m${String(line)}\x1b[m \x1b[4mlog\r\n`],
])('sends of a flood of %s what a screen keeps, and the screen is the same as of all of it', async (_what, lineOf) => {
  const { terminal: one, print } = terminal();
  const watching = page(one);
  const whole = new Screen(size);
  onTestFinished(() => whole.close());
  let line = 0;
  let printed = 0;
  const say = (text: string) => {
    printed += text.length;
    print(text);
    whole.write(Buffer.from(text));
  };
  say('\x1b[32mbegin\x1b[0m\r\n');
  for (let round = 0; round < 60; round += 1) say(Array.from({ length: 5000 }, () => lineOf((line += 1))).join(''));
  say('^C\r\nend# ');
  await expect.poll(watching.tail, limit).toContain('end# ');
  expect(await watching.picture()).toBe(await drawn(whole));
  expect(watching.bytes()).toBeLessThan(printed / 4);
});

it('sends the same to two pages, in the order it was printed', async () => {
  const { terminal: one, print } = terminal();
  const pages = [page(one), page(one)];
  for (let line = 0; line < 3000; line += 1) print(`\x1b[1m${String(line)}\x1b[0m${'.'.repeat(60)}\r\n`);
  print('the end');
  for (const each of pages) await expect.poll(each.tail, limit).toContain('the end');
  const [first, second] = await Promise.all(pages.map((each) => each.picture()));
  expect(second).toBe(first);
  expect([...(first ?? '').matchAll(/(\d+)\x1b/g)].map((match) => Number(match[1]))).toEqual(
    Array.from({ length: 3000 }, (_, line) => line),
  );
});

it('holds a program back while a page reads nothing, and lets it go when that page leaves', async () => {
  const { terminal: one, print, held } = terminal();
  const stalled = page(one, { acks: false });
  const other = page(one);
  for (let round = 0; round < 20; round += 1) print(`\x1b[1m${'x'.repeat(100_000)}`);
  print('the end');
  expect(held).toEqual([true]);
  await expect.poll(stalled.bytes, limit).toBe(terminalCredit.windowBytes);
  stalled.source.detach();
  await expect.poll(other.tail, limit).toContain('the end');
  expect(held).toEqual([true, false]);
});
