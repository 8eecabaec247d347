import { expect, it } from 'vitest';
import { LabError } from '../shared/errors.ts';
import { readLabFile } from './lab-file.ts';

function failure(text: string): LabError {
  try {
    readLabFile(text, '/some/where/my.quorate.yaml');
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('was read');
}

it('reads all that deploy takes, with comments and quotes', () => {
  const text = `# five nodes
recipe: microovn
name: "my-lab" # mine
nodes: 5
memoryMiB: 512
settings: { demo: true, electionTimer: 2000, tls: 'on' }
`;
  expect(readLabFile(text, 'my.quorate.yaml').input).toEqual({
    recipe: 'microovn',
    name: 'my-lab',
    nodes: 5,
    memoryMiB: 512,
    settings: { demo: true, electionTimer: 2000, tls: 'on' },
  });
  expect(readLabFile('recipe: ovn-raft', 'x').input).toEqual({ recipe: 'ovn-raft' });
});

it('reads the flows that follow', () => {
  const text = `recipe: lxd
then:
  - do: max-voters
    with: { value: 5 }
  - { do: evacuate, on: node-2 }
`;
  expect(readLabFile(text, 'x').input.then).toEqual([
    { do: 'max-voters', with: { value: 5 } },
    { do: 'evacuate', on: 'node-2' },
  ]);
});

it('keeps a setting named like a part of JavaScript as a setting', () => {
  const { settings } = readLabFile('recipe: a\nsettings: { __proto__: x }', 'x').input;
  expect(Object.keys(settings ?? {})).toEqual(['__proto__']);
});

const nested = '['.repeat(50_000);
it.each([
  ['an empty file', '', ':1:1: The file must consist of', 'line 1'],
  ['only a comment', '# nothing\n', 'must consist of', 'line 1'],
  ['a list', '- recipe: microovn\n', 'must consist of', 'line 1'],
  ['bare text', 'microovn\n', 'must consist of', 'line 1'],
  ['no recipe', 'nodes: 3\n', '"recipe" is missing', 'line 1: recipe'],
  [
    'a mistyped key',
    'recipe: a\nnode: 3\n',
    ':2:1: "node" is no key of a lab file; did you mean "nodes"?',
    'line 2: node',
  ],
  [
    'an unknown key',
    'recipe: a\n\nbananas: 3\n',
    'there are recipe, name, nodes, memoryMiB, settings, then',
    'line 3: bananas',
  ],
  ['a key twice', 'recipe: a\nnodes: 3\nnodes: 4\n', 'Map keys must be unique', 'line 3'],
  ['a setting twice', 'recipe: a\nsettings:\n  x: 1\n  x: 2\n', 'Map keys must be unique', 'line 4'],
  ['no value', 'recipe: a\nname:\n', '"name" has no value', 'line 2: name'],
  ['null', 'recipe: ~\n', '"recipe" has no value', 'line 1: recipe'],
  ['a number for a name', 'recipe: a\nname: 5\n', ':2:7: "name" must be text', 'line 2: name'],
  ['truth for a recipe', 'recipe: true\n', '"recipe" must be text', 'line 1: recipe'],
  [
    'truth for a number',
    'recipe: a\nnodes: yes\nmemoryMiB: true\n',
    '"memoryMiB" must be a number',
    'line 3: memoryMiB',
  ],
  ['a list for a number', 'recipe: a\nnodes: [3]\n', ':2:8: "nodes" must be one value', 'line 2: nodes'],
  ['a map for a name', 'recipe: a\nname:\n  first: b\n', '"name" must be one value', 'line 3: name'],
  ['text for settings', 'recipe: a\nsettings: fast\n', '"settings" must be a list of', 'line 2: settings'],
  ['empty settings', 'recipe: a\nsettings:\n', '"settings" must be a list of', 'line 2: settings'],
  ['one flow for a list', 'recipe: a\nthen: { do: b }\n', ':2:7: "then" must be a list of', 'line 2: then'],
  ['no flows', 'recipe: a\nthen:\n', '"then" must be a list of', 'line 2: then'],
  ['bare words as flows', 'recipe: a\nthen: [evacuate]\n', ':2:8: "then.0" must be `do: FLOW`', 'line 2: then.0'],
  ['a flow without a name', 'recipe: a\nthen:\n  - on: b\n', ':3:5: "then.0.do" is missing', 'line 3: then.0.do'],
  ['a number for a flow', 'recipe: a\nthen: [{ do: 5 }]\n', '"then.0.do" must be text', 'line 2: then.0.do'],
  [
    'a mistyped key of a flow',
    'recipe: a\nthen:\n  - do: b\n  - do: c\n    one: d\n',
    ':5:5: "then.1.one" is no key of a flow; did you mean "on"?',
    'line 5: then.1.one',
  ],
  [
    'a list with a flow',
    'recipe: a\nthen: [{ do: b, with: [c] }]\n',
    '"then.0.with" must be a list of',
    'line 2: then.0.with',
  ],
  ['a map as a setting', 'recipe: a\nsettings:\n  x: {y: 1}\n', '"settings.x" must be one value', 'line 3: settings.x'],
  ['a number as a key', 'recipe: a\n5: b\n', '"5" is no key', 'line 2: 5'],
  ['a map as a key', '? {a: b}\n: c\n', 'is not valid YAML', 'line 1'],
  ['a truncated string', 'recipe: "micro', 'Missing closing "quote', 'line 1'],
  ['a truncated map', 'recipe: a\nsettings: {x: 1', 'is not valid YAML', 'line 2'],
  ['a tab as indent', 'recipe: a\nsettings:\n\tx: 1\n', 'is not valid YAML', 'line 3'],
  ['two documents', 'recipe: a\n---\nrecipe: b\n', 'multiple documents', 'line 2'],
  ['an unknown tag', 'recipe: !js/function "x"\n', 'Unresolved tag', 'line 1'],
  ['an alias', 'recipe: &r a\nname: *r\n', 'anchor or alias', 'line 1'],
  ['a cycle', 'recipe: a\nsettings: &s\n  x: *s\n', 'anchor or alias', 'line 3'],
  ['a bomb', 'a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nrecipe: *c\n', 'anchor or alias', 'line 1'],
  ['an unknown alias', 'recipe: *nothing\n', ':1:9:', 'line 1'],
  ['endless nesting', `recipe: ${nested}`, ':1:', 'line 1'],
  ['more than 1 MiB', `recipe: a\n#${'x'.repeat(1024 * 1024)}`, 'larger than 1 MiB', 'line 1'],
  ['more than 1 MiB of many bytes', `recipe: "${'€'.repeat(400_000)}"`, 'larger than 1 MiB', 'line 1'],
])('refuses %s, naming file, line and field', (_what, text, message, field) => {
  const error = failure(text);
  expect(error).toMatchObject({ code: 'input/invalid', field });
  expect(error.message).toMatch(/^my\.quorate\.yaml:\d+:\d+: /);
  expect(error.message).toContain(message);
});

it('gives an error of a later check its place', () => {
  const file = readLabFile('recipe: microovn\nnodes: 99\nsettings:\n  timer: 5\n', 'dir/a.yaml');
  const located = (field: string, fix?: string) =>
    file.locate(new LabError('input/invalid', 'Wrong.', { field, ...(fix === undefined ? {} : { fix }) }));
  expect(located('nodes', 'do')).toMatchObject({ message: 'a.yaml:2:8: Wrong.', field: 'line 2: nodes', fix: 'do' });
  expect(located('settings.timer')).toMatchObject({ message: 'a.yaml:4:10: Wrong.', field: 'line 4: settings.timer' });
  expect(located('timer')).toMatchObject({ field: 'line 4: timer' });
  const flows = readLabFile('recipe: a\nthen:\n  - do: b\n    with:\n      value: 4\n', 'a.yaml');
  expect(flows.locate(new LabError('input/invalid', 'No.', { field: 'then.0.with.value' }))).toMatchObject({
    message: 'a.yaml:5:14: No.',
    field: 'line 5: then.0.with.value',
  });
  expect(located('name')).toMatchObject({ message: 'Wrong.', field: 'name' });
  const other = new LabError('engine/unreachable', 'Nobody answers.');
  expect(file.locate(other)).toBe(other);
});
