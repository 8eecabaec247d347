import { expect, test } from 'vitest';
import type { Parameter } from '../../shared/request.ts';
import { emptyForm, fieldOf, formOf, inFormWords, inputOf } from './form.ts';

const timer: Parameter = {
  key: 'electionTimer',
  title: 'Election timer',
  help: '',
  type: 'integer',
  default: 1000,
  min: 100,
  max: 60000,
  unit: 'ms',
};

test('what is left empty is left to the backend, what is typed is sent as typed', () => {
  const form = emptyForm([timer], 3);
  expect(inputOf('ovn-raft', form, [timer])).toEqual({
    recipe: 'ovn-raft',
    nodes: '3',
    settings: { electionTimer: 1000 },
  });
  expect(
    inputOf('ovn-raft', { ...form, name: ' my_lab ', nodes: 'x', settings: { electionTimer: '' } }, [timer]),
  ).toEqual({
    recipe: 'ovn-raft',
    name: 'my_lab',
    nodes: 'x',
  });
});

test('a lab file fills the form and keeps defaults it does not name', () => {
  expect(formOf({ name: 'a', nodes: 5, memoryMiB: 512, settings: {} }, [timer], 3)).toEqual({
    name: 'a',
    nodes: '5',
    memoryMiB: '512',
    settings: { electionTimer: 1000 },
  });
});

test('an error finds its field, also by its path in a lab file', () => {
  const error = (field: string) => ({ code: 'input/invalid', message: 'm', field }) as const;
  expect(fieldOf(error('settings.electionTimer'), [timer])).toBe('electionTimer');
  expect(fieldOf(error('line 4: nodes'), [timer])).toBe('nodes');
  expect(fieldOf(error('colour'), [timer])).toBeNull();
  expect(fieldOf(null, [timer])).toBeNull();
});

test('an error names a field as the form does', () => {
  expect(inFormWords('`memoryMiB` is 5: 64 MiB are the fewest.', [timer])).toBe(
    'Memory per node is 5: 64 MiB are the fewest.',
  );
  expect(inFormWords('`electionTimer` is 5: 100 ms are the fewest.', [timer])).toBe(
    'Election timer is 5: 100 ms are the fewest.',
  );
});
