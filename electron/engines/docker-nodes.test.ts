import { expect, it } from 'vitest';
import type { NodeSpec } from './engine.ts';
import { nodeBody } from './docker-nodes.ts';

const spec: NodeSpec = {
  name: 'a-node-1',
  lab: 'a',
  node: 'node-1',
  image: 'quorate/ovn:1',
  networks: [{ name: 'a-mgmt', address: '10.0.0.11' }],
  needs: [],
  memoryMiB: 256,
  pids: 512,
  environment: {},
  labels: {},
};

it('gives no capability and no device that is not asked for, and never privileges or host mounts', () => {
  const body = nodeBody(spec, 'docker');
  expect(body).toMatchObject({
    HostConfig: {
      CapDrop: ['ALL'],
      CapAdd: [],
      Devices: [],
      SecurityOpt: ['no-new-privileges'],
      Memory: 268435456,
      MemorySwap: 268435456,
      PidsLimit: 512,
    },
  });
  expect(JSON.stringify(body)).not.toMatch(/Privileged|Binds|Mounts|VolumesFrom|docker\.sock/);
});

it('mounts what outlives the container, by name, and says so on the container', () => {
  const volumes = [{ name: 'a-node-1-data', path: '/var/lib/lxd' }];
  expect(nodeBody({ ...spec, volumes }, 'docker')).toMatchObject({
    Labels: { 'io.quorate.volumes': '["a-node-1-data"]' },
    HostConfig: { Mounts: [{ Type: 'volume', Source: 'a-node-1-data', Target: '/var/lib/lxd' }] },
  });
});
