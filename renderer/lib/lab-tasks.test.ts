import { expect, test } from 'vitest';
import { containerNames } from './lab-tasks.ts';

test('what a destroy would remove names no container that is gone', () => {
  const node = (name: string, state: 'running' | 'gone') => ({ name, state, cut: false });
  const nodes = [node('node-1', 'running'), node('node-2', 'gone'), node('node-3', 'running')];
  expect(containerNames('a', nodes)).toBe('a-node-1, -node-3');
  expect(containerNames('a', [node('node-1', 'gone')])).toBe('');
});
