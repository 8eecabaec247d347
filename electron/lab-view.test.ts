import { describe, expect, it } from 'vitest';
import type { FoundNode } from './engines/engine.ts';
import { labState } from './lab-view.ts';
import type { Observations } from './observe/observer.ts';

const node = (name: string, state: FoundNode['state']) => ({ node: name, state }) as FoundNode;
const members = (...names: string[]) =>
  ({
    databases: [],
    members: names.map((name) => ({ name, role: 'voter', answers: true })),
  }) as unknown as Observations;

describe('the state of a lab', () => {
  const running = [node('node-1', 'running'), node('node-2', 'running')];

  it('is incomplete while a node is no member', () => {
    expect(labState(running, members('node-1'), null, true)).toBe('incomplete');
    expect(labState(running, members('node-1', 'node-2'), null, true)).toBe('complete');
  });

  it('is complete without members where none was to be formed, once every node ran', () => {
    expect(labState(running, members(), null, false)).toBe('complete');
    expect(labState(running, members('node-1'), null, false)).toBe('complete');
    expect(labState([...running, node('node-3', 'created')], null, null, false)).toBe('incomplete');
    expect(labState(running, null, 'run-1', false)).toBe('forming');
  });
});
