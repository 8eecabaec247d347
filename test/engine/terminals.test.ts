import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { terminalCredit, type TerminalInfo } from '../../shared/rpc.ts';
import { openEngine } from '../../electron/engines/detect.ts';
import type { Engine } from '../../electron/engines/engine.ts';
import { labLabels } from '../../electron/engines/labels.ts';
import { packTar } from '../../electron/engines/tar.ts';
import { Images } from '../../electron/images/images.ts';
import { Terminals } from '../../electron/terminals.ts';

const lab = `door-${randomBytes(3).toString('hex')}`;
const octet = 20 + ((randomBytes(1)[0] ?? 0) % 200);
const subnet = `10.213.${octet}`;
const network = `${lab}-mgmt`;
const image = `quorate/${lab}:1`;
const request = { name: lab, recipe: 'none', nodes: 1, memoryMiB: 128, settings: {} };

let engine: Engine;
let nodeId = '';
let terminals: Terminals;
let counter = 0;

beforeAll(async () => {
  engine = await openEngine();
  const signal = new AbortController().signal;
  const images = new Images({ engine, resources: new URL('../../resources/images', import.meta.url).pathname });
  const base = await images.ensure('base', () => undefined, signal);
  const dockerfile = `FROM ${base}\nCMD ["sleep", "infinity"]\n`;
  const tar = Readable.from([packTar([{ path: 'Dockerfile', content: Buffer.from(dockerfile), mode: 0o644 }])]);
  await engine.buildImage({ tag: image, tar }, () => undefined, signal);
  const labels = labLabels(request, { role: 'mgmt' });
  await engine.createNetwork(
    { name: network, lab, role: 'mgmt', subnet: `${subnet}.0/24`, internal: true, labels },
    signal,
  );
  nodeId = await engine.createNode(
    {
      name: `${lab}-node-1`,
      lab,
      node: 'node-1',
      image,
      networks: [{ name: network, address: `${subnet}.11` }],
      needs: [],
      memoryMiB: 256,
      pids: 200,
      environment: {},
      labels: labLabels(request, { node: 'node-1', role: 'node' }),
    },
    signal,
  );
  await engine.start(nodeId);
});

afterAll(async () => {
  await engine.removeNode(nodeId);
  await engine.removeNetwork(network);
  await engine.removeImage(image);
  engine.close();
});

beforeEach(() => {
  terminals = new Terminals({ engine });
  return () => terminals.dispose();
});

/** Of a flood the newest is kept. */
const keptBytes = 2_000_000;

/** A page on a terminal: what it was sent, as text, acknowledged unless told otherwise. */
function page(terminalId: string, options: { acks?: boolean } = {}) {
  let kept: Buffer[] = [];
  let keptLength = 0;
  let bytes = 0;
  let ended = false;
  let onData = () => undefined as void;
  const text = () => Buffer.concat(kept).toString('utf8');
  const source = terminals.attach(terminalId, {
    data: (piece) => {
      bytes += piece.length;
      kept.push(Buffer.from(piece));
      keptLength += piece.length;
      if (keptLength > 2 * keptBytes) {
        kept = [Buffer.concat(kept).subarray(-keptBytes)];
        keptLength = keptBytes;
      }
      if (options.acks !== false) source.ack(piece.length);
      onData();
    },
    end: () => {
      ended = true;
    },
  });
  const saw = (wanted: string, limit = 10_000) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`Not seen: ${wanted}. Seen: ${text().slice(-2000)}`)), limit);
      onData = () => {
        if (!text().includes(wanted)) return;
        onData = () => undefined;
        clearTimeout(timer);
        resolve();
      };
      onData();
    });
  return {
    text,
    saw,
    source,
    type: (keys: string) => source.write(Buffer.from(keys)),
    bytes: () => bytes,
    ended: () => ended,
    /** Counts from here. */
    forget: () => {
      kept = [];
      keptLength = 0;
    },
  };
}

async function open(key = `key-${(counter += 1)}`, size = { cols: 80, rows: 24 }) {
  return terminals.open({ lab, node: 'node-1', key, ...size });
}

/** Processes of the node that carry a terminal's mark. */
async function shells(): Promise<number> {
  const script = 'grep -lsaz QUORATE_TERMINAL= /proc/[0-9]*/environ | grep -vc "/proc/$$/" ; true';
  return Number((await engine.exec(nodeId, ['sh', '-c', script], { timeout: 5000 })).stdout.trim());
}

async function until<T>(what: string, probe: () => T | Promise<T>, isIt: (value: T) => boolean, limit = 10_000) {
  const deadline = Date.now() + limit;
  for (;;) {
    const value = await probe();
    if (isIt(value)) return value;
    if (Date.now() > deadline) throw new Error(`${what} did not come; last seen ${JSON.stringify(value)}`);
    await delay(20);
  }
}

describe('a terminal on a real node', () => {
  it('is a login shell of the right size and kind, and is resized', async () => {
    const { terminalId, state } = await open('size', { cols: 91, rows: 27 });
    expect(state).toBe('open');
    const one = page(terminalId);
    one.type('stty size; echo "$TERM/$COLORTERM/$LANG"; shopt -q login_shell && echo login-shell\r');
    await one.saw('27 91');
    await one.saw('xterm-256color/truecolor/C.UTF-8');
    await one.saw('login-shell\r\n');
    await terminals.resize(terminalId, { cols: 120, rows: 40 });
    one.type('stty size\r');
    await one.saw('40 120');
  });

  it('is found again by its key, with its screen, and not by that of another', async () => {
    const first = await open('same');
    const one = page(first.terminalId);
    one.type('X=kept; echo before-\x24((1+1))\r');
    await one.saw('before-2');
    one.source.detach();
    const [again, other] = await Promise.all([open('same'), open('other')]);
    expect(again.terminalId).toBe(first.terminalId);
    expect(other.terminalId).not.toBe(first.terminalId);
    expect(
      terminals
        .list(lab)
        .map((info) => info.key)
        .sort(),
    ).toEqual(['other', 'same']);
    const two = page(again.terminalId);
    await two.saw('before-2');
    two.type('echo is-$X\r');
    await two.saw('is-kept');
  });

  it('shows the same bytes to a page that joins a running flow: none twice, none missing', async () => {
    const { terminalId } = await open();
    const one = page(terminalId);
    one.type('for i in $(seq 1 6000); do printf "%s-\\e[31mé\\e[0m\\n" $i; done; echo the-\x24((40+2))-end\r');
    await one.saw('\r\n500-');
    const late = [page(terminalId)];
    await one.saw('\r\n2500-');
    late.push(page(terminalId));
    await Promise.all([one, ...late].map((each) => each.saw('the-42-end', 20_000)));
    for (const each of [one, ...late]) {
      const plain = each.text().replaceAll(/\x1b\[[0-9;?]*[a-zA-Z]/g, '');
      const numbers = [...plain.matchAll(/(\d+)-é/g)].map((match) => Number(match[1]));
      expect(numbers).toEqual(Array.from({ length: 6000 }, (_, at) => at + 1));
    }
  });

  it('keeps 10,000 lines for a page that comes later', async () => {
    const { terminalId } = await open();
    const one = page(terminalId);
    one.type('seq 1 9900; echo the-\x24((40+2))-end\r');
    await one.saw('the-42-end', 20_000);
    const two = page(terminalId);
    await two.saw('the-42-end');
    expect(two.text()).toContain('\r\n1\r\n2\r\n3\r\n');
  });

  it('stops a flood by Ctrl-C within 500 ms, and sends no more than the window unacknowledged', async () => {
    const { terminalId } = await open();
    const one = page(terminalId);
    one.type('yes "$(seq -s, 1 30)"\r');
    await until(
      'a flood',
      () => one.bytes(),
      (bytes) => bytes > 20_000_000,
      30_000,
    );
    const begun = performance.now();
    one.type('\x03');
    one.forget();
    await one.saw('^C');
    expect(performance.now() - begun).toBeLessThan(500);

    const two = page(terminalId);
    await two.saw('^C');
    const silent = page(terminalId, { acks: false });
    two.type('yes\r');
    await until(
      'a full window',
      () => silent.bytes(),
      (bytes) => bytes >= terminalCredit.windowBytes,
    );
    await delay(300);
    expect(silent.bytes()).toBe(terminalCredit.windowBytes);
    const held = two.bytes();
    await delay(200);
    expect(two.bytes()).toBe(held);
    silent.source.detach();
    await until(
      'the flow again',
      () => two.bytes(),
      (bytes) => bytes > held + 1_000_000,
    );
    two.type('\x03');
  });

  it('does not stall a program that nobody looks at', async () => {
    const { terminalId } = await open();
    const one = page(terminalId, { acks: false });
    one.type('head -c 30000000 /dev/zero | tr "\\0" x | fold -w 79; touch /tmp/through\r');
    await until(
      'some output',
      () => one.bytes(),
      (bytes) => bytes > 1000,
    );
    one.source.detach();
    const through = () => engine.exec(nodeId, ['test', '-e', '/tmp/through'], { timeout: 5000 });
    await until('its end', through, ({ exitCode }) => exitCode === 0, 60_000);
  });

  it('knows what runs in the foreground', async () => {
    const { terminalId } = await open();
    const one = page(terminalId);
    await one.saw('# ');
    expect(await terminals.busy(terminalId)).toEqual({ busy: false, command: '' });
    one.type('sleep 300 & sleep 301\r');
    await until(
      'busy',
      () => terminals.busy(terminalId),
      ({ busy }) => busy,
    );
    expect(await terminals.busy(terminalId)).toEqual({ busy: true, command: 'sleep 301' });
    one.type('\x03');
    await until(
      'not busy',
      () => terminals.busy(terminalId),
      ({ busy }) => !busy,
    );
  });

  it('ends with its shell, after the last of its output', async () => {
    const { terminalId } = await open();
    const one = page(terminalId);
    one.type('seq 1 20000; exit 3\r');
    await until('the end', one.ended, (ended) => ended);
    expect(one.text()).toContain('\r\n20000\r\n');
    expect(terminals.list(lab)).toEqual([]);
    expect(() => terminals.attach(terminalId, { data: () => undefined, end: () => undefined })).toThrow('closed');
  });

  it('leaves no process behind when it is closed, also those that refuse to go', async () => {
    const { terminalId } = await open();
    const one = page(terminalId);
    one.type('trap "" HUP TERM; sleep 300 & sleep 301\r');
    await until(
      'busy',
      () => terminals.busy(terminalId),
      ({ busy }) => busy,
    );
    await terminals.close(terminalId);
    expect(one.ended()).toBe(true);
    await until('no shell', shells, (count) => count === 0);
    await open('a');
    await open('b');
    expect(terminals.closeAll(lab, 'node-2')).toBe(0);
    expect(terminals.closeAll(lab)).toBe(2);
    await until('no shell', shells, (count) => count === 0);
  });

  it('waits while its node is down and comes back with it, told by events', async () => {
    const { terminalId } = await open('restart');
    const states: TerminalInfo['state'][] = [];
    terminals.watch(terminalId, (info) => {
      if (states.at(-1) !== info.state) states.push(info.state);
    });
    const one = page(terminalId);
    one.type('echo old-\x24((40+2))\r');
    await one.saw('old-42');
    await engine.kill(nodeId);
    await until(
      'waiting',
      () => states.at(-1),
      (state) => state === 'waiting',
    );
    await one.saw('the shell ended with its node');
    expect((await open('restart')).state).toBe('waiting');
    const early = await open('opened while down');
    expect(early.state).toBe('waiting');

    await engine.start(nodeId);
    await until(
      'a shell',
      () => terminals.list(lab).map((info) => info.state),
      (all) => all.every((state) => state === 'open'),
    );
    expect(states.at(-1)).toBe('open');
    await one.saw('this is a new shell');
    one.type('echo new-\x24((40+2))\r');
    await one.saw('new-42');
    const two = page(early.terminalId);
    two.type('echo early-\x24((40+2))\r');
    await two.saw('early-42');

    await engine.stop(nodeId, 0);
    await engine.start(nodeId);
    await until(
      'a third shell',
      () => states,
      (all) => all.length === 5,
    );
    expect(states).toEqual(['open', 'waiting', 'open', 'waiting', 'open']);
    one.type('echo third-\x24((40+2))\r');
    await one.saw('third-42');
  });

  it('refuses a node or lab that is not there', async () => {
    const size = { cols: 80, rows: 24, key: 'k' };
    await expect(terminals.open({ lab, node: 'node-9', ...size })).rejects.toMatchObject({
      code: 'input/unknown',
      field: 'node',
    });
    await expect(terminals.open({ lab: 'door-none', node: 'x', ...size })).rejects.toMatchObject({
      code: 'input/unknown',
    });
  });
});
