import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabError } from '../../shared/errors.ts';
import { FakeEngine } from '../../test/fakes/fake-engine.ts';
import { Images } from './images.ts';

describe('Images', () => {
  let resources = '';
  let engine: FakeEngine;
  let images: Images;
  const { signal } = new AbortController();
  const quiet = () => undefined;
  beforeEach(async () => {
    resources = await mkdtemp(join(tmpdir(), 'quorate-test-'));
    for (const [name, text] of [
      ['ovn', 'ARG PARENT\nFROM ${PARENT}\n'],
      ['microovn', 'ARG PARENT=quorate/ovn\nFROM ${PARENT}\n'],
    ] as const) {
      await mkdir(join(resources, name));
      await writeFile(join(resources, name, 'Dockerfile'), text);
    }
    engine = new FakeEngine();
    images = new Images({ engine, resources, isRoot: false });
  });
  afterEach(() => rm(resources, { recursive: true }));
  const built = () => engine.calls.filter((call) => call.startsWith('buildImage'));

  it('builds parents first, and nothing twice', async () => {
    engine.images.add('quorate/base:trixie');
    expect(await images.state('microovn')).toBe('to-build');
    const tag = await images.ensure('microovn', quiet, signal);
    expect(tag).toMatch(/^quorate\/microovn:[0-9a-f]{8}$/);
    expect(built()).toEqual([`buildImage ${await images.tag('ovn')}`, `buildImage ${tag}`]);
    expect(await images.ensure('microovn', quiet, signal)).toBe(tag);
    expect([built().length, await images.state('microovn')]).toEqual([2, 'ready']);
  });

  it('builds a child anew when its parent changed', async () => {
    const before = await images.tag('microovn');
    await writeFile(join(resources, 'ovn', 'more'), 'x');
    expect(await images.tag('microovn')).not.toBe(before);
  });

  it('shares one build between two who wait, and gives it up only when both have left', async () => {
    engine.images.add('quorate/base:trixie');
    const aborts = [new AbortController(), new AbortController()];
    let given: AbortSignal | undefined;
    engine.buildImage = (source, _onLine, abort) => {
      engine.calls.push(`buildImage ${source.tag}`);
      given = abort;
      return new Promise((_resolve, reject) =>
        abort.addEventListener('abort', () => reject(new LabError('cancelled', 'Cancelled.'))),
      );
    };
    const waiting = aborts.map((abort) => images.ensure('ovn', quiet, abort.signal));
    const outcomes = Promise.allSettled(waiting);
    while (given === undefined) await new Promise((resolve) => setImmediate(resolve));
    aborts[0]?.abort();
    await expect(waiting[0]).rejects.toMatchObject({ code: 'cancelled' });
    expect([built().length, given.aborted]).toEqual([1, false]);
    aborts[1]?.abort();
    await outcomes;
    expect(given.aborted).toBe(true);
  });

  it('uses Debian of a registry where it can be pulled', async () => {
    engine.pullImage = (tag, onLine) => {
      onLine(`pulling ${tag}`);
      engine.images.add(tag);
      return Promise.resolve();
    };
    const lines: string[] = [];
    expect(await images.ensure('base', (line) => lines.push(line), signal)).toBe('debian:trixie-slim');
    expect(lines).toEqual(['Pull debian:trixie-slim', 'pulling debian:trixie-slim']);
  });

  it('says what was tried and how to load an image where none can be had', async () => {
    await expect(images.ensure('ovn', quiet, signal)).rejects.toMatchObject({
      code: 'image/unavailable',
      fix: expect.stringContaining('`docker load <') as string,
      detail: expect.stringMatching(/Pull debian:trixie-slim[^]*Pull debian:bookworm-slim/) as string,
    });
  });

  it('builds on the suite an image names, and on no other', async () => {
    await mkdir(join(resources, 'lxd'));
    await writeFile(join(resources, 'lxd', 'Dockerfile'), 'ARG PARENT=quorate/base:bookworm\nFROM ${PARENT}\n');
    engine.images.add('quorate/base:trixie');
    const pulled: string[] = [];
    engine.pullImage = (tag) => {
      pulled.push(tag);
      engine.images.add(tag);
      return Promise.resolve();
    };
    const tag = await images.tag('lxd');
    expect(await images.ensure('lxd', quiet, signal)).toBe(tag);
    expect(pulled).toEqual(['debian:bookworm-slim']);
    expect([await images.state('base:bookworm'), await images.state('base')]).toEqual(['ready', 'ready']);
    engine.images.delete('quorate/base:trixie');
    expect(await images.state('base:trixie')).toBe('to-build');
    expect(await images.tag('base:bookworm')).toBe('quorate/base:bookworm');
    await expect(images.tag('base:sid')).rejects.toMatchObject({ code: 'input/unknown' });
  });

  it('tells images of earlier recipes from those of now and from what is not ours, and removes those nobody uses', async () => {
    engine.images.add('quorate/base:trixie');
    const before = [await images.tag('ovn'), await images.tag('microovn')];
    await images.ensure('microovn', quiet, signal);
    expect(await images.old()).toEqual([]);
    await writeFile(join(resources, 'ovn', 'more'), 'x');
    const now = await images.ensure('ovn', quiet, signal);
    engine.images.add('quorate/contract:test').add('other/ovn:3f2a9c81');
    const limits = { memoryMiB: 64, pids: 50, needs: [], environment: {}, networks: [], labels: {} };
    await engine.createNode({ ...limits, name: 'a-node-1', lab: 'a', node: 'node-1', image: before[0] ?? '' }, signal);
    expect(await images.old()).toEqual([
      { tag: before[1], usedBy: [] },
      { tag: before[0], usedBy: ['a-node-1'] },
    ]);
    expect(await images.removeOld()).toEqual([{ tag: before[1], why: '' }]);
    expect([...engine.images].toSorted()).toEqual(
      [before[0], now, 'quorate/base:trixie', 'quorate/contract:test', 'other/ovn:3f2a9c81'].toSorted(),
    );
    await engine.removeNode((await engine.list('a')).nodes[0]?.id ?? '');
    engine.fail('removeImage', 1, new LabError('engine/conflict', 'In use.'));
    expect(await images.removeOld()).toEqual([{ tag: before[0], why: 'In use.' }]);
  });

  it('knows nothing of images while the engine is away, and nothing outside its folder', async () => {
    engine.goAway();
    expect(await images.state('ovn')).toBe('unknown');
    await expect(images.tag('../ovn')).rejects.toMatchObject({ code: 'input/unknown' });
    await expect(images.tag('none')).rejects.toMatchObject({ code: 'input/unknown' });
  });
});
