import { expect, it, onTestFinished } from 'vitest';
import { Screen } from './screen.ts';

function screen(): Screen {
  const made = new Screen({ cols: 40, rows: 5 });
  onTestFinished(() => made.close());
  return made;
}

const bytesOf = (of: Screen) => new Promise<Uint8Array>((resolve) => of.picture(resolve));
const picture = async (of: Screen) => Buffer.from(await bytesOf(of)).toString();

/** What a page shows that first got the picture of `before`, then `after`: as a picture of its own. */
async function reloaded(before: Buffer, after: Buffer): Promise<{ page: string; truth: string }> {
  const backend = screen();
  backend.write(before);
  const first = bytesOf(backend);
  backend.write(after);
  const page = screen();
  page.write(await first);
  page.write(after);
  return { page: await picture(page), truth: await picture(backend) };
}

it.each([
  ['plain lines', 'one\r\ntwo\r\n', 'three'],
  ['a colour cut in two', 'a\x1b[38;5;1', '96mb\x1b[0mc'],
  ['a character cut in two', 'a\xc3', '\xa9b'],
  ['a title cut in two', 'a\x1b]0;ti', 'tle\x07b'],
  ['an end of string cut in two', 'a\x1b]0;title\x1b', '\\b'],
  ['a full-screen program', 'shell\x1b[?1049h\x1b[2J\x1b[Hfull', '\x1b[2;2Hx'],
  ['the end of a full-screen program', 'shell\x1b[?1049h\x1b[2Jfull', '\x1b[?1049lback'],
  ['lines above the screen', '1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n8', '\r\n9'],
  ['a coloured prompt', '\x1b[1;31mroot\x1b[0m# \x1b[32m', 'typed'],
])('a page that reloads in the middle of %s shows what it would have shown', async (_what, before, after) => {
  const { page, truth } = await reloaded(Buffer.from(before, 'latin1'), Buffer.from(after, 'latin1'));
  expect(page).toBe(truth);
});

it('keeps modes that a page needs: hidden cursor, mouse, paste', async () => {
  const one = screen();
  one.write(Buffer.from('\x1b[?25l\x1b[?1002;1006h\x1b[?2004h'));
  const drawn = await picture(one);
  for (const mode of ['\x1b[?25l', '\x1b[?1006h', '\x1b[?1002h', '\x1b[?2004h']) expect(drawn).toContain(mode);
  one.write(Buffer.from('\x1b[?25h\x1b[?1002;1006l\x1b[?2004l'));
  expect(await picture(one)).not.toContain('\x1b[?');
});

it('counts what is not on the screen yet, and answers questions of programs', async () => {
  const one = screen();
  const replies: string[] = [];
  const titles: string[] = [];
  one.onReply((reply) => replies.push(reply));
  one.onTitle((title) => titles.push(title));
  one.write(Buffer.from('ab\x1b[6n\x1b]0;vim\x07'));
  expect(one.pendingBytes).toBe(14);
  await picture(one);
  expect([one.pendingBytes, replies, titles]).toEqual([0, ['\x1b[1;3R'], ['vim']]);
});

it.each([
  ['a cut sequence', 'a\x1b[3', '1m'],
  ['a full-screen program', '\x1b[?1049h', '\x1b[?1049l'],
  ['a scroll region', '\x1b[2;4r', '\x1b[r'],
])('says how many lines it keeps, but not during %s', async (_what, begin, end) => {
  const one = screen();
  expect(one.keptLines).toBe(10_005);
  one.write(Buffer.from(begin));
  await picture(one);
  expect(one.keptLines).toBe(Infinity);
  one.write(Buffer.from(end));
  expect(one.keptLines).toBe(Infinity);
  await picture(one);
  expect(one.keptLines).toBe(10_005);
});
