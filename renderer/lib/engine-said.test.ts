import { expect, test } from 'vitest';
import type { EngineHealth } from '../../shared/engine.ts';
import { engineSaid, engineWhy } from './engine-said.ts';

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

test('a notice says a reason once', () => {
  const away = (message: string, tried: readonly string[]) => ({
    ...health,
    state: 'missing' as const,
    message,
    tried,
  });
  const looked = ['/run/docker.sock: no such file', '/run/podman.sock: nobody listens'];
  const missing = away('No container engine answers. Quorate looked at /run/docker.sock (no such file).', looked);
  expect(engineWhy(missing, 'No container engine answers')).toEqual({
    text: 'Quorate looked at /run/docker.sock (no such file).',
    tried: ['/run/podman.sock: nobody listens'],
  });
  const stopped = away('Docker does not answer. /run/docker.sock: nobody listens.', [
    '/run/docker.sock: nobody listens',
  ]);
  expect(engineWhy(stopped, 'Docker does not answer')).toEqual({
    text: '/run/docker.sock: nobody listens.',
    tried: [],
  });
  expect(engineWhy(stopped, 'No container engine answers').text).toBe(stopped.message);
});
