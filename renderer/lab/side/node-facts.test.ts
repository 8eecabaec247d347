import { expect, it } from 'vitest';
import { database, replica } from '../../../shared/fakes/replicas.ts';
import type { LabView, NodeView } from '../../../shared/lab.ts';
import type { Card } from '../canvas/card.ts';
import { before, containerFacts, replicaRows, serviceFacts } from './node-facts.ts';

const node = {
  name: 'node-1',
  id: 'f00dfeedf00dfeed',
  services: ['central', 'chassis', 'switch'],
  addresses: [{ network: 'a-mgmt', address: '172.28.31.11', connected: false }],
  usage: null,
  memoryLimitMiB: 256,
  exitCode: 137,
} as unknown as NodeView;
const view = {
  databases: [
    database([replica(1, { kind: 'leader', role: 'leader', leads: true })]),
    database([replica(1, { kind: 'standby', role: 'stand-by', votes: false, leader: null })], { id: 'cluster' }),
  ],
  logical: {
    chassis: [{ name: 'x', hostname: 'node-1', encapType: 'geneve', encapIp: '172.28.32.11' }],
    ports: [{ node: 'node-1' }, { node: 'node-2' }],
  },
  tunnels: [
    { from: 'node-1', to: 'node-2', state: 'up' },
    { from: 'node-3', to: 'node-1', state: 'down' },
    { from: 'node-2', to: 'node-3', state: 'up' },
  ],
} as unknown as LabView;

it('tells what is observed of each service', () => {
  const facts = serviceFacts(view, node, replicaRows(view, 'node-1'));
  expect(facts.map(({ name, value }) => [name, value])).toEqual([
    ['central', 'OVN NB leader'],
    ['chassis', 'geneve 172.28.32.11, 1 port bound'],
    ['switch', '1 of 2 tunnels up'],
  ]);
});

it('a copy without a vote names nobody, and is not said to', () => {
  expect(replicaRows(view, 'node-1').map(({ names }) => names)).toEqual(['itself', null]);
});

it('names what cut or ended a container', () => {
  const facts = new Map(containerFacts('a', node).map(({ name, value }) => [name, value]));
  expect(facts.get('Addresses')).toBe('172.28.31.11 (cut)');
  expect(facts.get('Last exit')).toBe('137');
  expect(facts.get('Container')).toBe('a-node-1');
});

it('says what the facts of a node come from before, where that is known', () => {
  const card = (words: string) => ({ befell: { words } }) as unknown as Card;
  expect(['killed', 'paused', 'silent for', 'network cut'].map((words) => before(card(words)))).toEqual([
    'killed',
    'paused',
    null,
    null,
  ]);
});
