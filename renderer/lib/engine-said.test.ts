import { expect, test } from 'vitest';
import type { EngineHealth } from '../../shared/engine.ts';
import { engineSaid } from './engine-said.ts';

const health: EngineHealth = {
  state: 'ready',
  engine: 'docker',
  version: '20.10.24',
  apiVersion: '1.41',
  cores: 2,
  memoryMiB: 24_576,
  tried: [],
  message: '',
  fix: '',
};

test('an engine that answers is named with what it has', () => {
  expect(engineSaid(health)).toMatchObject({ mark: 'ok', title: 'Docker 20.10.24 answers', facts: '2 cores · 24 GiB' });
});

test('not told yet is not «none»', () => {
  expect(engineSaid(null).mark).toBe('run');
  expect(engineSaid({ ...health, state: 'missing', engine: null }).title).toBe('No engine');
});
