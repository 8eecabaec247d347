import { describe, expect, it } from 'vitest';
import { LabError } from '../shared/errors.ts';
import type { RequestInput } from '../shared/request.ts';
import { microovn } from './recipes/microovn/microovn.ts';
import { ovnRaft } from './recipes/ovn-raft/ovn-raft.ts';
import { freeName, readRequest } from './request.ts';

const context = {
  recipes: new Map([microovn, ovnRaft].map((recipe) => [recipe.info.kind, recipe])),
  taken: ['ovn-raft-1', 'mine'],
};
const read = (input: object) => readRequest({ recipe: 'ovn-raft', ...input } as RequestInput, context);

function refusal(input: object): LabError {
  try {
    read(input);
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error(`accepted: ${JSON.stringify(input).slice(0, 200)}`);
}

describe('readRequest', () => {
  it('fills in every default', () => {
    expect(readRequest({ recipe: 'ovn-raft' }, context)).toEqual({
      name: 'ovn-raft-2',
      recipe: 'ovn-raft',
      nodes: 3,
      memoryMiB: 256,
      settings: { transport: 'tcp', electionTimer: 1000, demo: true },
    });
  });

  it('takes text as a command line gives it', () => {
    const settings = { electionTimer: '300', demo: 'false', transport: 'ssl' };
    expect(read({ name: 'a-1', nodes: '9', memoryMiB: '512', settings })).toEqual({
      name: 'a-1',
      recipe: 'ovn-raft',
      nodes: 9,
      memoryMiB: 512,
      settings: { transport: 'ssl', electionTimer: 300, demo: false },
    });
  });

  const bad: [string, object, string, string?][] = [
    ['an empty name', { name: '' }, 'name'],
    ['a space', { name: 'my lab' }, 'name', 'Use my-lab'],
    ['an underscore', { name: 'my_lab' }, 'name', 'Use my-lab'],
    ['a capital', { name: 'Mylab' }, 'name', 'Use mylab'],
    ['single quotes', { name: "it's" }, 'name', 'Use it-s'],
    ['double quotes', { name: '"lab"' }, 'name', 'Use lab'],
    ['a semicolon', { name: 'lab;reboot' }, 'name', 'Use lab-reboot'],
    ['a command substitution', { name: '$(reboot)' }, 'name', 'Use reboot'],
    ['backticks', { name: '`reboot`' }, 'name', 'Use reboot'],
    ['a pipe', { name: 'a|b' }, 'name', 'Use a-b'],
    ['a newline', { name: 'a\nb' }, 'name', 'Use a-b'],
    ['a zero byte', { name: 'a\0b' }, 'name', 'Use a-b'],
    ['a slash', { name: '../etc' }, 'name', 'Use etc'],
    ['an option', { name: '--privileged' }, 'name', 'Use privileged'],
    ['a leading digit', { name: '1lab' }, 'name', 'Use lab'],
    ['only digits', { name: '123' }, 'name'],
    ['a trailing hyphen', { name: 'lab-' }, 'name', 'Use lab'],
    ['an accent', { name: 'é-lab' }, 'name', 'Use e-lab'],
    ['Chinese', { name: '实验' }, 'name'],
    ['an emoji', { name: '🦆' }, 'name'],
    ['a dot', { name: 'a.b' }, 'name', 'Use a-b'],
    ['33 characters', { name: 'a'.repeat(33) }, 'name', `Use ${'a'.repeat(32)}`],
    ['300 characters', { name: 'a'.repeat(300) }, 'name', `Use ${'a'.repeat(32)}`],
    ['a name that is a number', { name: 7 }, 'name'],
    ['a name that is null', { name: null }, 'name'],
    ['no nodes', { nodes: 0 }, 'nodes', 'Use 1'],
    ['-1 nodes', { nodes: -1 }, 'nodes', 'Use 1'],
    ['1.5 nodes', { nodes: 1.5 }, 'nodes'],
    ['10 nodes', { nodes: 10 }, 'nodes', 'Use 9'],
    ['1e9 nodes', { nodes: 1e9 }, 'nodes', 'Use 9'],
    ['"1e9" nodes', { nodes: '1e9' }, 'nodes'],
    ['NaN nodes', { nodes: Number.NaN }, 'nodes'],
    ['endless nodes', { nodes: Number.POSITIVE_INFINITY }, 'nodes'],
    ['a word for nodes', { nodes: 'three' }, 'nodes'],
    ['empty nodes', { nodes: '' }, 'nodes'],
    ['a list of nodes', { nodes: [3] }, 'nodes'],
    ['true nodes', { nodes: true }, 'nodes'],
    ['too little memory', { memoryMiB: 127 }, 'memoryMiB', 'Use 128'],
    ['too much memory', { memoryMiB: 1e6 }, 'memoryMiB', 'Use 65536'],
    ['memory with a unit', { memoryMiB: '1g' }, 'memoryMiB'],
    ['a timer that is a word', { settings: { electionTimer: 'soon' } }, 'settings.electionTimer'],
    ['a timer too short', { settings: { electionTimer: 99 } }, 'settings.electionTimer', 'Use 100'],
    ['a timer too long', { settings: { electionTimer: 600_001 } }, 'settings.electionTimer', 'Use 600000'],
    ['a transport there is not', { settings: { transport: 'udp' } }, 'settings.transport'],
    ['a demo that is neither', { settings: { demo: 'maybe' } }, 'settings.demo'],
    ['settings in a list', { settings: ['demo'] }, 'settings'],
    ['a nested setting', { settings: { demo: { on: true } } }, 'settings.demo'],
  ];

  it.each(bad)('refuses %s and names the field', (_what, input, field, fix) => {
    const error = refusal(input);
    expect(error.code).toBe('input/invalid');
    expect(error.field).toBe(field);
    if (fix !== undefined) expect(error.fix).toBe(fix);
    expect(error.message.length).toBeLessThan(200);
  });

  it('refuses what it does not know and names what it does', () => {
    expect(refusal({ recipe: 'kubernetes' })).toMatchObject({
      code: 'input/unknown',
      field: 'recipe',
      fix: 'Known are microovn, ovn-raft.',
    });
    expect(refusal({ recipe: '__proto__' })).toMatchObject({ code: 'input/unknown', field: 'recipe' });
    expect(refusal({ settings: { colour: 'red' } })).toMatchObject({ code: 'input/unknown', field: 'settings.colour' });
    expect(refusal({ colour: 'red' })).toMatchObject({ code: 'input/unknown', field: 'colour' });
  });

  it('refuses a name in use and offers the next', () => {
    expect(refusal({ name: 'mine' })).toMatchObject({ code: 'input/taken', field: 'name', fix: 'Use mine-2' });
    expect(refusal({ name: 'ovn-raft-1' })).toMatchObject({ code: 'input/taken', fix: 'Use ovn-raft-2' });
  });

  it('offers only names it would take', () => {
    for (const [, input] of bad) {
      const { fix } = refusal(input);
      const name = /^Use ([a-z][a-z0-9-]*)$/.exec(fix ?? '')?.[1];
      if (name !== undefined) expect(read({ name }).name).toBe(name);
    }
  });
});

describe('freeName', () => {
  it('fills gaps', () => expect(freeName('microovn', ['microovn-1', 'microovn-3'])).toBe('microovn-2'));
});
