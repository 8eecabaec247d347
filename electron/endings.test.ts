import { expect, test } from 'vitest';
import { Endings } from './endings.ts';

const after = (...actions: string[]) => {
  const endings = new Endings();
  actions.forEach((action, at) =>
    endings.note({
      at,
      kind: 'node',
      action,
      lab: 'a',
      name: 'node-1',
      id: 'x',
      exitCode: action === 'die' ? 3 : null,
    }),
  );
  return endings;
};

test.each([
  [['kill', 'die'], 'killed'],
  [['kill', 'die', 'stop'], 'stopped'],
  [['oom', 'die'], 'out of memory'],
  [['oom', 'kill', 'die'], 'out of memory'],
  [['die'], 'exit code 3'],
  [['kill', 'die', 'start', 'die'], 'exit code 3'],
  [['start'], null],
  [['kill', 'die', 'destroy'], null],
])('%j is an end by: %s', (actions, word) => {
  expect(after(...actions).ended('x')).toBe(word);
});

test('knows since when a node is paused', () => {
  expect(after('start', 'pause').pausedSince('x')).toBe(1);
  expect(after('start', 'pause', 'unpause').pausedSince('x')).toBeNull();
});
