import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { openEngine } from '../../electron/engines/detect.ts';
import type { Engine } from '../../electron/engines/engine.ts';
import { labLabels } from '../../electron/engines/labels.ts';
import { packTar } from '../../electron/engines/tar.ts';
import { Images } from '../../electron/images/images.ts';
import { Terminals } from '../../electron/terminals.ts';
import { until } from './until.ts';

export const size = { cols: 80, rows: 24 };

/** One node that does nothing, on the engine there is, for the tests of one file; and for each test new terminals. */
export function useNode() {
  const lab = `door-${randomBytes(3).toString('hex')}`;
  const subnet = `10.213.${20 + ((randomBytes(1)[0] ?? 0) % 200)}`;
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

  return {
    lab,
    get engine() {
      return engine;
    },
    get id() {
      return nodeId;
    },
    get terminals() {
      return terminals;
    },
    /** A terminal on the node; a new one unless a key is given. */
    open: (key = `key-${(counter += 1)}`, of = size) => terminals.open({ lab, node: 'node-1', key, ...of }),
    page: (terminalId: string, options: { acks?: boolean } = {}) => page(terminals, terminalId, options),
    /** Processes of the node, whatever they are. */
    processes: async (): Promise<number> => {
      const { stdout } = await engine.exec(nodeId, ['sh', '-c', 'set -- /proc/[0-9]*; echo $#'], { timeout: 5000 });
      return Number(stdout.trim());
    },
    /** Processes of the node that carry the mark of a terminal, of any when none is named. */
    shells: async (terminalId = ''): Promise<number> => {
      const script = 'grep -lsaz "QUORATE_TERMINAL=$1" /proc/[0-9]*/environ | grep -vc "/proc/$$/"; true';
      const { stdout } = await engine.exec(nodeId, ['sh', '-c', script, 'sh', terminalId], { timeout: 5000 });
      return Number(stdout.trim());
    },
  };
}

/** Of a flood the newest is kept, in bytes. */
const keptBytes = 2_000_000;

/** A page on a terminal: what it was sent, as text, acknowledged unless told otherwise. */
function page(terminals: Terminals, terminalId: string, options: { acks?: boolean }) {
  let kept: Buffer[] = [];
  let keptLength = 0;
  let bytes = 0;
  let ended = false;
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
    },
    end: () => {
      ended = true;
    },
  });
  return {
    text,
    saw: (wanted: string, limit = 10_000) =>
      until(
        () => (text().includes(wanted) ? true : null),
        () => text().slice(-2000),
        limit,
      ),
    source,
    type: (keys: string) => source.write(Buffer.from(keys)),
    bytes: () => bytes,
    ended: () => ended,
    /** Forgets what came so far. */
    forget: () => {
      kept = [];
      keptLength = 0;
    },
  };
}

/** Asks until `isIt`. @throws with what was last seen at the limit, in milliseconds */
export async function untilIs<T>(probe: () => T | Promise<T>, isIt: (value: T) => boolean, limit = 10_000): Promise<T> {
  let seen: T | undefined;
  const ask = async () => ((seen = await probe()), isIt(seen) ? { value: seen } : null);
  return (await until(ask, () => seen, limit)).value;
}

/** Asks until the same number came ten times in a row: what counts stands still. */
export async function untilStill(probe: () => number): Promise<number> {
  let seen = Number.NaN;
  let times = 0;
  return untilIs(
    () => {
      const value = probe();
      times = value === seen ? times + 1 : 0;
      seen = value;
      return value;
    },
    () => times === 10,
  );
}
