import { describe, expect, it } from 'vitest';
import { LabError } from '../shared/errors.ts';
import type { FlowInfo, RecipeInfo } from '../shared/recipe.ts';
import type { RequestInput } from '../shared/request.ts';
import { readRequest } from './request.ts';

const text = { type: 'text', title: '', help: '', max: 5, default: '3' } as const;
const flow = (id: string, on: FlowInfo['on'], keys: readonly string[]): FlowInfo => ({
  ...{ id, on, title: id, help: '', group: '' },
  parameters: keys.map((key) => ({ ...text, key })),
});
const info = {
  ...{ kind: 'lxd', title: 'LXD', summary: '', defaultNodes: 3, databases: [], parameters: [], console: [] },
  ...{ privileges: [], canResize: true },
  flows: [flow('max-voters', 'lab', ['value']), flow('evacuate', 'node', [])],
} satisfies RecipeInfo;
const context = { recipes: new Map([['lxd', { info }]]), taken: [] };

function read(then: RequestInput['then'], nodes = 3) {
  return readRequest({ recipe: 'lxd', nodes, ...(then === undefined ? {} : { then }) }, context);
}

function failure(then: RequestInput['then'], nodes = 3): LabError {
  try {
    read(then, nodes);
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('was read');
}

describe('the flows that follow a deploy', () => {
  it('are completed, and absent where none is asked for', () => {
    expect(read([{ do: 'max-voters' }, { do: 'evacuate', on: 'node-2' }]).then).toEqual([
      { do: 'max-voters', with: { value: '3' } },
      { do: 'evacuate', on: 'node-2', with: {} },
    ]);
    expect(read([])).not.toHaveProperty('then');
    expect(read(undefined)).not.toHaveProperty('then');
  });

  it.each<[string, RequestInput['then'], string, string, string]>([
    ['an unknown flow', [{ do: 'max-voter' }], 'input/unknown', 'then.0.do', 'no flow «max-voter»'],
    ['a node the lab will not have', [{ do: 'evacuate', on: 'node-4' }], 'input/unknown', 'then.0.on', '«node-4»'],
    ['no node', [{ do: 'max-voters' }, { do: 'evacuate' }], 'input/invalid', 'then.1.do', 'needs a node'],
    ['a node for the lab', [{ do: 'max-voters', on: 'node-1' }], 'input/invalid', 'then.0.on', 'for the whole lab'],
    [
      'an unknown setting',
      [{ do: 'evacuate', on: 'node-1', with: { a: 1 } }],
      'input/unknown',
      'then.0.with.a',
      'This flow',
    ],
    [
      'a long value',
      [{ do: 'max-voters', with: { value: '123456' } }],
      'input/invalid',
      'then.0.with.value',
      'then.0.with.value',
    ],
  ])('are refused with %s', (_what, then, code, field, says) => {
    const error = failure(then);
    expect(error).toMatchObject({ code, field });
    expect(error.message).toContain(says);
  });

  it('name the nearest flow', () => {
    expect(failure([{ do: 'max-voter' }]).fix).toBe('Did you mean max-voters? Known are max-voters, evacuate.');
  });

  it('are at most 50', () => {
    expect(failure(Array.from({ length: 51 }, () => ({ do: 'max-voters' })))).toMatchObject({ field: 'then' });
  });
});
