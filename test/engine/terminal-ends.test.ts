import { expect, it, onTestFinished } from 'vitest';
import type { TerminalInfo } from '../../shared/rpc.ts';
import { startBackend } from '../e2e/backend.ts';
import { size, untilIs, useNode } from './terminal-node.ts';

const node = useNode();

it('ends with its shell, after the last of its output', async () => {
  const { terminalId } = await node.open();
  const one = node.page(terminalId);
  one.type('seq 1 20000; exit 3\r');
  await untilIs(one.ended, (ended) => ended);
  expect(one.text()).toContain('\r\n20000\r\n');
  expect(node.terminals.list(node.lab)).toEqual([]);
  expect(() => node.terminals.attach(terminalId, { data: () => undefined, end: () => undefined })).toThrow('closed');
});

it('leaves no process behind when it is closed, also those that refuse to go', async () => {
  const { terminalId } = await node.open();
  const one = node.page(terminalId);
  one.type('trap "" HUP TERM; sleep 300 & sleep 301\r');
  await untilIs(
    () => node.terminals.busy(terminalId),
    ({ busy }) => busy,
  );
  await node.terminals.close(terminalId);
  expect(one.ended()).toBe(true);
  await untilIs(node.shells, (count) => count === 0);
  await node.open('a');
  await node.open('b');
  expect(node.terminals.closeAll(node.lab, 'node-2')).toBe(0);
  expect(node.terminals.closeAll(node.lab)).toBe(2);
  await untilIs(node.shells, (count) => count === 0);
});

it('ends with a backend that was killed, with what ran in it; the shells of others stay', async () => {
  const other = await node.open();
  const backend = await startBackend({});
  onTestFinished(() => backend.close('SIGKILL'));
  await backend.client.call('engine.look', {});
  const { terminalId } = await backend.client.call('terminal.open', {
    lab: node.lab,
    node: 'node-1',
    key: 'killed',
    ...size,
  });
  const stream = backend.client.stream(
    terminalId,
    () => undefined,
    () => undefined,
  );
  stream.write(Buffer.from('trap "" HUP; sleep 300 & sleep 301\r'));
  const left = () => node.shells(terminalId);
  await untilIs(left, (count) => count === 3);
  await backend.close('SIGKILL');
  await untilIs(left, (count) => count === 0);
  expect(await node.shells(other.terminalId)).toBe(1);
});

it('leaves what was put into the background when its shell ends by itself', async () => {
  const before = await node.processes();
  const { terminalId } = await node.open();
  const one = node.page(terminalId);
  one.type('sleep 302 & exit\r');
  await untilIs(one.ended, (ended) => ended);
  await untilIs(node.processes, (count) => count === before + 1);
  expect(await node.shells(terminalId)).toBe(1);
});

it('waits while its node is down and comes back with it, told by events', async () => {
  const { terminalId } = await node.open('restart');
  const states: TerminalInfo['state'][] = [];
  node.terminals.watch(terminalId, (info) => {
    if (states.at(-1) !== info.state) states.push(info.state);
  });
  const one = node.page(terminalId);
  one.type('echo old-\x24((40+2))\r');
  await one.saw('old-42');
  await node.engine.kill(node.id);
  await untilIs(
    () => states.at(-1),
    (state) => state === 'waiting',
  );
  await one.saw('the shell ended with its node');
  expect((await node.open('restart')).state).toBe('waiting');
  const early = await node.open('opened while down');
  expect(early.state).toBe('waiting');

  await node.engine.start(node.id);
  await untilIs(
    () => node.terminals.list(node.lab).map((info) => info.state),
    (all) => all.every((state) => state === 'open'),
  );
  expect(states.at(-1)).toBe('open');
  await one.saw('this is a new shell');
  one.type('echo new-\x24((40+2))\r');
  await one.saw('new-42');
  const two = node.page(early.terminalId);
  two.type('echo early-\x24((40+2))\r');
  await two.saw('early-42');

  await node.engine.stop(node.id, 0);
  await node.engine.start(node.id);
  await untilIs(
    () => states,
    (all) => all.length === 5,
  );
  expect(states).toEqual(['open', 'waiting', 'open', 'waiting', 'open']);
  one.type('echo third-\x24((40+2))\r');
  await one.saw('third-42');
});
