import { describe, expect, it } from 'vitest';
import type { EngineHealth } from '../../shared/engine.ts';
import { FakeEngine } from '../../test/fakes/fake-engine.ts';
import { currentEngine } from './current-engine.ts';
import type { Detected } from './detect.ts';
import { EngineWatch } from './engine-watch.ts';

const missing: EngineHealth = {
  state: 'missing',
  engine: null,
  version: null,
  apiVersion: null,
  cores: null,
  memoryMiB: null,
  tried: ['/var/run/docker.sock: no such file'],
  message: 'No container engine answers.',
  fix: 'sudo systemctl start docker',
};

/** A machine whose engine comes and goes. */
function machine() {
  const state = { engine: null as FakeEngine | null, looks: 0, closed: 0 };
  const detect = async (): Promise<Detected> => {
    state.looks += 1;
    const { engine } = state;
    const close = () => Promise.resolve(void (state.closed += 1));
    if (engine === null || (await engine.health()).state !== 'ready') return { engine: null, health: missing, close };
    return { engine, health: await engine.health(), close };
  };
  return { state, watch: new EngineWatch(detect) };
}

const changeTo = (watch: EngineWatch, wanted: EngineHealth['state']) =>
  new Promise<void>((resolve) => {
    const undo = watch.onChange(({ state }) => {
      if (state !== wanted) return;
      undo();
      resolve();
    });
  });

describe('EngineWatch', () => {
  it('asks nothing before the first look, and shares one search', async () => {
    const { state, watch } = machine();
    expect([watch.current().state, state.looks]).toEqual(['looking', 0]);
    await Promise.all([watch.look(), watch.look()]);
    expect([watch.current(), state.looks]).toEqual([missing, 1]);
    expect(() => watch.engine()).toThrowError(
      expect.objectContaining({ code: 'engine/unreachable', fix: '`sudo systemctl start docker`' }) as Error,
    );
  });

  it('finds an engine that came later when asked to look again', async () => {
    const { state, watch } = machine();
    await watch.look();
    state.engine = new FakeEngine();
    const seen: string[] = [];
    const undo = watch.onChange((health) => seen.push(health.state));
    await watch.look();
    undo();
    expect([seen, watch.engine()]).toEqual([['ready'], state.engine]);
    await watch.close();
    expect(state.closed).toBe(1);
  });

  it('notices that the engine went, and takes it again when it is back', async () => {
    const { state, watch } = machine();
    state.engine = new FakeEngine();
    await watch.look();
    const gone = changeTo(watch, 'missing');
    state.engine.goAway();
    await gone;
    const back = changeTo(watch, 'ready');
    state.engine.comeBack();
    await back;
    expect(watch.engine()).toBe(state.engine);
    await watch.close();
  });
});

describe('currentEngine', () => {
  it('tells of a missing engine without throwing from list, and throws from the rest', async () => {
    const { watch } = machine();
    await watch.look();
    const engine = currentEngine(watch);
    expect(await engine.list()).toEqual({ nodes: [], networks: [], missing: ['No container engine answers.'] });
    await expect(engine.start('x')).rejects.toMatchObject({ code: 'engine/unreachable' });
    expect(() => engine.traits).toThrow('No container engine answers.');
  });

  it('lets events wait for an engine', async () => {
    const { state, watch } = machine();
    const engine = currentEngine(watch);
    const seen: string[] = [];
    const stop = new AbortController();
    const following = engine.events(
      (event) => seen.push(event.action),
      () => undefined,
      stop.signal,
    );
    state.engine = new FakeEngine();
    await watch.look();
    await following;
    const { signal } = new AbortController();
    const network = { name: 'a-mgmt', lab: 'a', role: 'mgmt', subnet: '10.0.0.0/24', internal: false, labels: {} };
    await engine.createNetwork(network, signal);
    expect(seen).toEqual(['create']);
    stop.abort();
    await watch.close();
  });

  it('stops waiting for events when the signal fires', async () => {
    const { watch } = machine();
    const stop = new AbortController();
    const following = currentEngine(watch).events(
      () => undefined,
      () => undefined,
      stop.signal,
    );
    stop.abort();
    await expect(following).rejects.toMatchObject({ code: 'cancelled' });
  });
});
