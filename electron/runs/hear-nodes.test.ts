import { beforeEach, describe, expect, it } from 'vitest';
import { LabError } from '../../shared/errors.ts';
import type { LabView, NodeView } from '../../shared/lab.ts';
import type { Labs } from '../labs.ts';
import { hearNodes } from './hear-nodes.ts';

/** Milliseconds each wait was given. */
let waits: number[];
beforeEach(() => (waits = []));

/** A running node that started that many milliseconds ago, and says nothing unless told otherwise. */
function node(name: string, age: number | null, answers: Partial<NodeView['answers']> = {}): NodeView {
  const said = { source: 'test', observedAt: null, answers: false, ...answers };
  return { name, state: 'running', since: age === null ? null : Date.now() - age, answers: said } as NodeView;
}

/** A lab that is seen as these views, one after the other; waiting for it ends as `outcome` says. */
function labs(views: readonly (readonly NodeView[])[], outcome: LabError | null = null) {
  const left = [...views];
  const next = () => ({ nodes: left.length > 1 ? left.shift() : left[0] }) as LabView;
  const fake: Pick<Labs, 'inspect' | 'waitFor'> = {
    inspect: () => Promise.resolve(next()),
    waitFor: (_lab, _unmet, { timeout }) => {
      waits.push(timeout);
      return outcome === null ? Promise.resolve() : Promise.reject(outcome);
    },
  };
  return fake;
}

const heard = async (fake: Pick<Labs, 'inspect' | 'waitFor'>) =>
  (await hearNodes(fake, 'a')).nodes.map(({ answers }) => answers.answers);
const late = new LabError('step/timeout', 'Not within 1 s');

describe('before a lab is finished', () => {
  it('nobody is waited for when all answer, or are known to have nobody who listens', async () => {
    expect(await heard(labs([[node('node-1', 1, { answers: true }), node('node-2', 60_000)]]))).toEqual([true, false]);
    expect(waits).toEqual([]);
  });

  it('nodes that only just started get the rest of three seconds', async () => {
    const views = [[node('node-1', 1000), node('node-2', null)], [node('node-1', 2000, { answers: true })]];
    expect(await heard(labs(views))).toEqual([true]);
    expect(waits).toEqual([3000]);
    expect(await heard(labs([[node('node-1', 1000)]], late))).toEqual([false]);
    expect(waits[1]).toBeGreaterThan(1500);
    expect(waits[1]).toBeLessThanOrEqual(2000);
  });

  it('one that listens or was heard, and is silent, gets ten', async () => {
    await heard(labs([[node('node-1', 60_000, { asking: true })]], late));
    await heard(labs([[node('node-1', 60_000, { observedAt: 1 })]], late));
    expect(waits).toEqual([10_000, 10_000]);
  });

  it('whatever else goes wrong is told', async () => {
    const gone = new LabError('input/unknown', 'There is no lab a.');
    await expect(heard(labs([[node('node-1', 1)]], gone))).rejects.toBe(gone);
  });
});
