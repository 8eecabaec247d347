import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, EngineEvent, FoundNode, NodeSpec } from '../../electron/engines/engine.ts';
import { label } from '../../electron/engines/labels.ts';
import { testNodes } from './node-contract.ts';
import { findSubjects, type Subject } from './subjects.ts';
import { until } from './until.ts';

const { signal } = new AbortController();

/** What every engine must do, real or not; what only a real one can show is in node-contract.ts. */
describe.each(await findSubjects())('engine contract on $name', ({ name, net, open }) => {
  const lab = `eng-${name}-${process.pid}`;
  const [mgmt, underlay] = [`${lab}-mgmt`, `${lab}-underlay`];
  let subject: Subject;
  let engine: Engine;

  const network = (role: string, third: number, internal = false) => ({
    name: `${lab}-${role}`,
    lab,
    role,
    subnet: `${net}.${third}.0/24`,
    internal,
    labels: { 'io.quorate.test': 'yes' },
  });
  const spec = (node: string, change: Partial<NodeSpec> = {}): NodeSpec => ({
    name: `${lab}-${node}`,
    lab,
    node,
    image: subject.image,
    networks: [
      { name: mgmt, address: `${net}.31.11` },
      { name: underlay, address: `${net}.32.11` },
    ],
    needs: ['net-admin', 'net-raw', 'tun'],
    memoryMiB: 64,
    pids: 50,
    environment: { QUORATE_TEST: 'a b' },
    labels: { 'io.quorate.test': 'yes' },
    ...change,
  });
  const found = async (id: string): Promise<FoundNode> => {
    const node = (await engine.list(lab)).nodes.find((each) => each.id === id);
    if (node === undefined) throw new Error('The node is not listed.');
    return node;
  };
  const twoNetworks = async () => {
    await engine.createNetwork(network('mgmt', 31), signal);
    await engine.createNetwork(network('underlay', 32, true), signal);
  };
  const clear = async () => {
    const { nodes, networks } = await engine.list(lab);
    await Promise.all(nodes.map(({ id }) => engine.removeNode(id)));
    for (const each of networks) await engine.removeNetwork(each.name);
  };

  beforeAll(async () => {
    subject = await open();
    engine = subject.engine;
    await clear();
  });
  afterAll(async () => {
    await clear();
    await subject.close();
  });

  it('answers for its health', async () => {
    expect(await engine.health()).toMatchObject({ state: 'ready', engine: name, fix: '' });
  });

  describe('networks', () => {
    afterEach(clear);

    it('creates, lists and removes one, and removing again is no error', async () => {
      const made = await engine.createNetwork(network('mgmt', 31), signal);
      expect(made).toMatchObject({ name: mgmt, lab, subnet: `${net}.31.0/24` });
      expect((await engine.list(lab)).networks).toEqual([
        { ...made, labels: { 'io.quorate.test': 'yes', [label.lab]: lab, [label.role]: 'mgmt' } },
      ]);
      expect(await engine.subnets()).toContainEqual({ subnet: `${net}.31.0/24`, name: mgmt });
      await engine.removeNetwork(mgmt);
      await engine.removeNetwork(mgmt);
      expect((await engine.list(lab)).networks).toEqual([]);
    });

    it('refuses a subnet that overlaps, and names it', async () => {
      await engine.createNetwork(network('mgmt', 31), signal);
      const again = { ...network('underlay', 31), subnet: `${net}.31.128/25` };
      await expect(engine.createNetwork(again, signal)).rejects.toMatchObject({
        code: 'engine/subnet-taken',
        message: expect.stringContaining(`${net}.31.128/25`) as string,
      });
      expect((await engine.list(lab)).networks).toHaveLength(1);
    });

    it('refuses a name that is in use', async () => {
      await engine.createNetwork(network('mgmt', 31), signal);
      await expect(engine.createNetwork({ ...network('mgmt', 33) }, signal)).rejects.toMatchObject({
        code: 'engine/conflict',
      });
    });

    it('keeps a network while a running node is attached', async () => {
      await twoNetworks();
      await engine.start(await engine.createNode(spec('node-1'), signal));
      await expect(engine.removeNetwork(mgmt)).rejects.toMatchObject({ code: 'engine/conflict' });
    });

    it('creates nothing once the signal has fired', async () => {
      await expect(engine.createNetwork(network('mgmt', 31), AbortSignal.abort())).rejects.toMatchObject({
        code: 'cancelled',
      });
      expect((await engine.list(lab)).networks).toEqual([]);
    });
  });

  describe('the life of a node', () => {
    beforeAll(twoNetworks);
    afterEach(async () => {
      for (const { id } of (await engine.list(lab)).nodes) await engine.removeNode(id);
    });
    afterAll(clear);

    it('is created without running, with its labels and static addresses', async () => {
      const id = await engine.createNode(spec('node-1'), signal);
      expect(await found(id)).toMatchObject({
        name: `${lab}-node-1`,
        lab,
        node: 'node-1',
        state: 'created',
        exitCode: null,
        memoryMiB: 64,
        labels: {
          'io.quorate.test': 'yes',
          [label.lab]: lab,
          [label.node]: 'node-1',
          [label.addresses]: JSON.stringify({ [mgmt]: `${net}.31.11`, [underlay]: `${net}.32.11` }),
        },
        attached: [
          { network: mgmt, address: `${net}.31.11` },
          { network: underlay, address: `${net}.32.11` },
        ],
      });
    });

    it('lists our images with what uses them, and removes none that is in use', async () => {
      const users = async () => (await engine.listImages()).find(({ tag }) => tag === subject.image)?.usedBy;
      expect(await users()).not.toContain(`${lab}-node-1`);
      await engine.createNode(spec('node-1'), signal);
      expect(await users()).toContain(`${lab}-node-1`);
      await expect(engine.removeImage(subject.image)).rejects.toMatchObject({ code: 'engine/conflict' });
      expect(await engine.hasImage(subject.image)).toBe(true);
    });

    it('refuses a name in use and an image that is not there, and leaves nothing of them', async () => {
      await engine.createNode(spec('node-1'), signal);
      await expect(engine.createNode(spec('node-1'), signal)).rejects.toMatchObject({ code: 'engine/conflict' });
      const noImage = spec('node-2', { image: 'quorate/none:00000000' });
      await expect(engine.createNode(noImage, signal)).rejects.toMatchObject({ code: 'image/unavailable' });
      expect((await engine.list(lab)).nodes.map(({ node }) => node)).toEqual(['node-1']);
    });

    it('does not start on a network that is not there', async () => {
      const networks = [
        { name: mgmt, address: `${net}.31.12` },
        { name: `${lab}-none`, address: '10.213.1.1' },
      ];
      // Docker looks for the network when the node starts, Podman when it is created.
      const begin = async () => engine.start(await engine.createNode(spec('node-1', { networks }), signal));
      await expect(begin()).rejects.toMatchObject({ code: 'engine/not-found' });
    });

    it('starts, stops, starts, is killed and removed, each twice without error', async () => {
      const before = Date.now();
      const id = await engine.createNode(spec('node-1'), signal);
      await engine.start(id);
      await engine.start(id);
      const running = await found(id);
      expect(running).toMatchObject({ state: 'running', exitCode: null });
      // The engine's clock may be another machine's (Docker Desktop); on one host it is this one.
      expect(running.since).toBeGreaterThanOrEqual(before - 1000);
      await engine.stop(id, 5);
      await engine.stop(id, 5);
      expect(await found(id)).toMatchObject({ state: 'stopped', exitCode: 143 });
      await engine.start(id);
      expect((await found(id)).state).toBe('running');
      await engine.kill(id);
      await engine.kill(id);
      expect(await found(id)).toMatchObject({ state: 'stopped', exitCode: 137, attached: running.attached });
      await engine.removeNode(id);
      await engine.removeNode(id);
      expect((await engine.list(lab)).nodes).toEqual([]);
    });

    it('pauses and resumes; a paused node runs no command, and is killed and removed all the same', async () => {
      const id = await engine.createNode(spec('node-1'), signal);
      await expect(engine.pause(id)).rejects.toMatchObject({ code: 'node/not-running' });
      await engine.start(id);
      await engine.pause(id);
      await engine.pause(id);
      expect((await found(id)).state).toBe('paused');
      await expect(engine.exec(id, ['true'], { timeout: 5000 })).rejects.toMatchObject({ code: 'node/not-running' });
      await engine.unpause(id);
      await engine.unpause(id);
      expect((await found(id)).state).toBe('running');
      await engine.pause(id);
      await engine.kill(id);
      expect(await found(id)).toMatchObject({ state: 'stopped', exitCode: 137 });
      await engine.start(id);
      await engine.pause(id);
      await engine.removeNode(id);
      expect((await engine.list(lab)).nodes).toEqual([]);
    });

    it('is cut from a network and gets the same address back, also while it is stopped', async () => {
      const id = await engine.createNode(spec('node-1'), signal);
      await engine.start(id);
      const whole = (await found(id)).attached;
      await engine.disconnect(id, mgmt);
      await engine.disconnect(id, mgmt);
      expect((await found(id)).attached).toEqual([{ network: underlay, address: `${net}.32.11` }]);
      await engine.connect(id, mgmt, `${net}.31.11`);
      await engine.connect(id, mgmt, `${net}.31.11`);
      expect((await found(id)).attached).toEqual(whole);
      await engine.kill(id);
      await engine.disconnect(id, underlay);
      await engine.connect(id, underlay, `${net}.32.11`);
      await engine.start(id);
      expect((await found(id)).attached).toEqual(whole);
    });

    it('tells what happens to nodes in order, and no more once the signal has fired', async () => {
      const events: EngineEvent[] = [];
      const stop = new AbortController();
      let ends = 0;
      await engine.events(
        (event) => event.lab === lab && event.kind === 'node' && events.push(event),
        () => (ends += 1),
        stop.signal,
      );
      const steps: (readonly [string, () => Promise<unknown>])[] = [];
      let id = '';
      steps.push(['create', async () => (id = await engine.createNode(spec('node-1'), signal))]);
      steps.push(['start', () => engine.start(id)]);
      steps.push(['disconnect', () => engine.disconnect(id, mgmt)]);
      steps.push(['connect', () => engine.connect(id, mgmt, `${net}.31.11`)]);
      steps.push(['pause', () => engine.pause(id)]);
      steps.push(['unpause', () => engine.unpause(id)]);
      steps.push(['die', () => engine.kill(id)]);
      steps.push(['destroy', () => engine.removeNode(id)]);
      let from = 0;
      for (const [action, act] of steps) {
        await act();
        const index = await until(
          () => {
            const at = events.findIndex((event, place) => place >= from && event.action === action);
            return at === -1 ? null : at;
          },
          () => events.map((event) => event.action),
        );
        expect(events[index]).toMatchObject({ name: 'node-1', id, exitCode: action === 'die' ? 137 : null });
        from = index + 1;
      }
      stop.abort();
      const seen = events.length;
      await engine.createNode(spec('node-2'), signal);
      expect([events.length, ends]).toEqual([seen, 0]);
    });

    it('lists the nodes of one lab, or of all', async () => {
      const id = await engine.createNode(spec('node-1'), signal);
      expect((await engine.list(`${lab}-other`)).nodes).toEqual([]);
      const all = await engine.list();
      expect(all.missing).toEqual([]);
      expect(all.nodes.map((node) => node.id)).toContain(id);
    });
  });

  describe('the data of a node', () => {
    const data = { name: `${lab}-node-1-data`, path: '/var/lib/data' };
    const withData = (change: Partial<NodeSpec> = {}) => spec('node-1', { volumes: [data], ...change });
    const content = async (id: string) => {
      await engine.start(id);
      const bytes = await engine.copyFrom(id, '/var/lib/data/a');
      return bytes === null ? null : Buffer.from(bytes).toString();
    };
    beforeAll(twoNetworks);
    afterEach(async () => {
      for (const { id } of (await engine.list(lab)).nodes) await engine.removeNode(id);
      for (const volume of await engine.volumes(lab)) await engine.removeVolume(volume);
    });
    afterAll(clear);

    it('outlives its container where it is kept, and goes with its node where it is not', async () => {
      const first = await engine.createNode(withData(), signal);
      await engine.start(first);
      await engine.copyInto(first, [{ path: '/var/lib/data/a', content: 'kept', mode: 0o600 }]);
      expect(await engine.volumes(lab)).toEqual([data.name]);
      await engine.removeNode(first, { keepVolumes: true });
      expect(await engine.volumes(lab)).toEqual([data.name]);

      const second = await engine.createNode(withData({ takesOver: true }), signal);
      expect(await content(second)).toBe('kept');
      await engine.removeNode(second);
      expect(await engine.volumes(lab)).toEqual([]);
    });

    it('is empty for a new node, also where a leftover of that name is there', async () => {
      const first = await engine.createNode(withData(), signal);
      await engine.start(first);
      await engine.copyInto(first, [{ path: '/var/lib/data/a', content: 'old', mode: 0o600 }]);
      await engine.removeNode(first, { keepVolumes: true });
      expect(await content(await engine.createNode(withData(), signal))).toBeNull();
    });

    it('is never that of another node, and a node that could not be made leaves none', async () => {
      const first = await engine.createNode(withData(), signal);
      const other = spec('node-2', { volumes: [data], takesOver: true });
      await expect(engine.createNode(other, signal)).rejects.toMatchObject({ code: 'engine/conflict' });
      await engine.removeNode(first);
      await expect(engine.createNode(withData({ image: 'quorate/none:1' }), signal)).rejects.toMatchObject({
        code: 'image/unavailable',
      });
      expect(await engine.volumes(lab)).toEqual([]);
    });
  });

  describe('commands', () => {
    let id = '';
    beforeAll(async () => {
      await twoNetworks();
      id = await engine.createNode(spec('node-1'), signal);
      await engine.start(id);
    });
    afterAll(clear);

    it('a non-zero exit is a result', async () => {
      const pieces: string[] = [];
      const command = ['sh', '-c', 'echo out; echo err >&2; exit 3'];
      const onOutput = (text: string) => void pieces.push(text);
      expect(await engine.exec(id, command, { timeout: 5000, onOutput })).toEqual({
        exitCode: 3,
        stdout: 'out\n',
        stderr: 'err\n',
        timedOut: false,
      });
      expect(pieces.join('').split('\n').sort()).toEqual(['', 'err', 'out']);
    });

    it('reads what it is given', async () => {
      const stdin = `${'x'.repeat(100_000)}\nä§漢\n`;
      expect(await engine.exec(id, ['cat'], { timeout: 5000, stdin })).toMatchObject({ exitCode: 0, stdout: stdin });
    });

    it('ends at its deadline', async () => {
      const began = Date.now();
      const result = await engine.exec(id, ['sleep', '4241'], { timeout: 300 });
      expect(result).toMatchObject({ timedOut: true });
      expect(Date.now() - began).toBeLessThan(3000);
    });

    it('ends when its signal fires', async () => {
      const abort = new AbortController();
      const result = engine.exec(id, ['sleep', '4242'], { timeout: 60_000, signal: abort.signal });
      setTimeout(() => abort.abort(), 200);
      await expect(result).rejects.toMatchObject({ code: 'cancelled' });
    });

    it('is not found where there is no such node', async () => {
      await expect(engine.exec('0123456789ab', ['true'], { timeout: 5000 })).rejects.toMatchObject({
        code: 'engine/not-found',
      });
    });

    it('attached: echoes, sees the end of its input, and tells its exit code', async () => {
      const attached = await engine.attach(id, ['cat'], { tty: false });
      let text = '';
      attached.onData((bytes) => (text += Buffer.from(bytes).toString()));
      const ended = new Promise<number | null>((resolve) => attached.onEnd(resolve));
      attached.write(Buffer.from('one '));
      await until(
        () => (text === 'one ' ? true : null),
        () => text,
      );
      attached.write(Buffer.from('two'));
      attached.endInput();
      expect([await ended, text]).toEqual([0, 'one two']);
      const other = await engine.attach(id, ['sh', '-c', 'exit 7'], { tty: false });
      expect(await new Promise((resolve) => other.onEnd(resolve))).toBe(7);
    });

    it('attached: ends without an exit code when the node dies', async () => {
      const attached = await engine.attach(id, ['cat'], { tty: false });
      const ended = new Promise<number | null>((resolve) => attached.onEnd(resolve));
      await engine.kill(id);
      expect(await ended).toBeNull();
      await expect(engine.attach(id, ['cat'], { tty: false })).rejects.toMatchObject({ code: 'node/not-running' });
      await engine.start(id);
    });

    it('copies files in and out', async () => {
      const content = Buffer.from([0, 1, 2, 255]);
      await engine.copyInto(id, [
        { path: '/etc/quorate/deep/file', content, mode: 0o600 },
        { path: '/etc/quorate/text', content: 'ä', mode: 0o755 },
      ]);
      expect(Buffer.from((await engine.copyFrom(id, '/etc/quorate/deep/file')) ?? [])).toEqual(content);
      expect(Buffer.from((await engine.copyFrom(id, '/etc/quorate/text')) ?? []).toString()).toBe('ä');
      expect(await engine.copyFrom(id, '/etc/quorate/none')).toBeNull();
    });

    it('measures a running node', async () => {
      const { cpuPercent, memoryMiB } = await engine.stats(id);
      expect(cpuPercent).toBeGreaterThanOrEqual(0);
      expect(memoryMiB).toBeGreaterThan(0);
    });

    if (name !== 'fake') testNodes(() => ({ engine, id, net }));
  });
});
