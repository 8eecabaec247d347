import { expect, test } from 'vitest';
import { raftAddress, serversOf } from './cluster-server.ts';

test('reads the servers of cluster/status', () => {
  const status = [
    'Connections: ->0000 <-5847',
    'Servers:',
    '    5847 (5847 at ssl:172.28.31.11:6645) last msg 3 ms ago',
    '    cfc8 (cfc8 at ssl:[fd00::2]:6645) (self) next_index=12 match_index=11',
    '',
  ].join('\n');
  expect(serversOf(status)).toEqual(['ssl:172.28.31.11:6645', 'ssl:[fd00::2]:6645']);
  expect(raftAddress('[fd00::2]:6686')).toBe('ssl:[fd00::2]:6645');
});
