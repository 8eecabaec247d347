import { expect, it } from 'vitest';
import { terminalCredit } from '../../shared/rpc.ts';
import { untilIs, untilStill, useNode } from './terminal-node.ts';

const node = useNode();

it('shows the same bytes to a page that joins a running flow: none twice, none missing', async () => {
  const { terminalId } = await node.open();
  const one = node.page(terminalId);
  one.type('for i in $(seq 1 6000); do printf "%s-\\e[31mé\\e[0m\\n" $i; done; echo the-\x24((40+2))-end\r');
  await one.saw('\r\n500-');
  const late = [node.page(terminalId)];
  await one.saw('\r\n2500-');
  late.push(node.page(terminalId));
  await Promise.all([one, ...late].map((each) => each.saw('the-42-end', 20_000)));
  for (const each of [one, ...late]) {
    const plain = each.text().replaceAll(/\x1b\[[0-9;?]*[a-zA-Z]/g, '');
    const numbers = [...plain.matchAll(/(\d+)-é/g)].map((match) => Number(match[1]));
    expect(numbers).toEqual(Array.from({ length: 6000 }, (_, at) => at + 1));
  }
});

it('keeps 10,000 lines for a page that comes later', async () => {
  const { terminalId } = await node.open();
  const one = node.page(terminalId);
  one.type('seq 1 9900; echo the-\x24((40+2))-end\r');
  await one.saw('the-42-end', 20_000);
  const two = node.page(terminalId);
  await two.saw('the-42-end');
  expect(two.text()).toContain('\r\n1\r\n2\r\n3\r\n');
});

it('stops a flood by Ctrl-C, and sends no more than the window unacknowledged', async () => {
  const { terminalId } = await node.open();
  const one = node.page(terminalId);
  one.type('yes "$(seq -s, 1 30)"\r');
  await untilIs(
    () => one.bytes(),
    (bytes) => bytes > 20_000_000,
    30_000,
  );
  one.type('\x03');
  one.forget();
  await one.saw('^C');

  const two = node.page(terminalId);
  await two.saw('^C');
  const silent = node.page(terminalId, { acks: false });
  two.type('yes\r');
  await untilIs(
    () => silent.bytes(),
    (bytes) => bytes >= terminalCredit.windowBytes,
  );
  const held = await untilStill(two.bytes);
  expect(silent.bytes()).toBe(terminalCredit.windowBytes);
  silent.source.detach();
  await untilIs(
    () => two.bytes(),
    (bytes) => bytes > held + 1_000_000,
  );
  two.type('\x03');
});

it('does not stall a program that nobody looks at', async () => {
  const { terminalId } = await node.open();
  const one = node.page(terminalId, { acks: false });
  one.type('head -c 30000000 /dev/zero | tr "\\0" x | fold -w 79; touch /tmp/through\r');
  await untilIs(
    () => one.bytes(),
    (bytes) => bytes > 1000,
  );
  one.source.detach();
  const through = () => node.engine.exec(node.id, ['test', '-e', '/tmp/through'], { timeout: 5000 });
  await untilIs(through, ({ exitCode }) => exitCode === 0, 60_000);
});
