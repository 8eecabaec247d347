import { expect, it } from 'vitest';
import { size, untilIs, useNode } from './terminal-node.ts';

const node = useNode();

it('is a login shell of the right size and kind, and is resized', async () => {
  const { terminalId, state } = await node.open('size', { cols: 91, rows: 27 });
  expect(state).toBe('open');
  const one = node.page(terminalId);
  one.type('stty size; echo "$TERM/$COLORTERM/$LANG"; shopt -q login_shell && echo login-shell\r');
  await one.saw('27 91');
  await one.saw('xterm-256color/truecolor/C.UTF-8');
  await one.saw('login-shell\r\n');
  await node.terminals.resize(terminalId, { cols: 120, rows: 40 });
  one.type('stty size\r');
  await one.saw('40 120');
});

it('is found again by its key, with its screen, and not by that of another', async () => {
  const first = await node.open('same');
  const one = node.page(first.terminalId);
  one.type('X=kept; echo before-\x24((1+1))\r');
  await one.saw('before-2');
  one.source.detach();
  const [again, other] = await Promise.all([node.open('same'), node.open('other')]);
  expect(again.terminalId).toBe(first.terminalId);
  expect(other.terminalId).not.toBe(first.terminalId);
  expect(
    node.terminals
      .list(node.lab)
      .map((info) => info.key)
      .sort(),
  ).toEqual(['other', 'same']);
  const two = node.page(again.terminalId);
  await two.saw('before-2');
  two.type('echo is-$X\r');
  await two.saw('is-kept');
});

it('knows what runs in the foreground', async () => {
  const { terminalId } = await node.open();
  const one = node.page(terminalId);
  await one.saw('# ');
  expect(await node.terminals.busy(terminalId)).toEqual({ busy: false, command: '' });
  one.type('sleep 300 & sleep 301\r');
  await untilIs(
    () => node.terminals.busy(terminalId),
    ({ busy }) => busy,
  );
  expect(await node.terminals.busy(terminalId)).toEqual({ busy: true, command: 'sleep 301' });
  one.type('\x03');
  await untilIs(
    () => node.terminals.busy(terminalId),
    ({ busy }) => !busy,
  );
});

it('refuses a node or lab that is not there', async () => {
  await expect(node.terminals.open({ lab: node.lab, node: 'node-9', key: 'k', ...size })).rejects.toMatchObject({
    code: 'input/unknown',
    field: 'node',
  });
  await expect(node.terminals.open({ lab: 'door-none', node: 'x', key: 'k', ...size })).rejects.toMatchObject({
    code: 'input/unknown',
  });
});
