import { expect, it } from 'vitest';
import { terminalCredit } from '../../shared/rpc.ts';
import { Feed } from './feed.ts';

function feed() {
  const got: string[] = [];
  const made = new Feed({
    data: (bytes) => got.push(Buffer.from(bytes).toString()),
    end: (error) => got.push(`end ${error?.code ?? 'well'}`),
  });
  return { feed: made, got };
}

const { windowBytes } = terminalCredit;
const bytes = (text: string) => Buffer.from(text);

it('sends the picture first, then what came while it was drawn, then what follows', () => {
  const { feed: one, got } = feed();
  one.push(bytes('b'));
  expect([got, one.lags]).toEqual([[], false]);
  one.begin(bytes('a'));
  one.push(bytes('c'));
  expect(got).toEqual(['a', 'b', 'c']);
});

it('sends a window and no more, cuts where it ends, and goes on as credit comes back', () => {
  const { feed: one, got } = feed();
  one.begin(bytes(''));
  one.push(bytes('x'.repeat(windowBytes - 1)));
  one.push(bytes('abc'));
  expect([got.at(-1), one.lags]).toEqual(['a', true]);
  one.ack(1);
  expect([got.at(-1), one.lags]).toEqual(['b', true]);
  one.ack(1_000_000_000);
  expect([got.at(-1), one.lags]).toEqual(['c', false]);
});

it('ends once, after all that was printed arrived', () => {
  const { feed: one, got } = feed();
  one.push(bytes('last'));
  one.finish({ code: 'engine/unreachable', message: '' });
  expect(got).toEqual([]);
  one.begin(bytes('x'.repeat(windowBytes)));
  expect(got).toHaveLength(1);
  one.ack(windowBytes);
  one.ack(4);
  expect(got.slice(1)).toEqual(['last', 'end engine/unreachable']);
});
