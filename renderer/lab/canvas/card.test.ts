import { describe, expect, it } from 'vitest';
import type { LabView, MemberView, NodeView } from '../../../shared/lab.ts';
import { database, replica } from '../../../shared/fakes/replicas.ts';
import { clockTime } from '../../lib/format.ts';
import { cardsOf } from './card.ts';

const node = (number: number, facts: Partial<NodeView> = {}): NodeView => ({
  name: `node-${String(number)}`,
  id: 'f00d',
  state: 'running',
  since: 1000,
  exitCode: null,
  ended: null,
  cut: false,
  addresses: [{ network: 'a-mgmt', address: `172.28.31.1${String(number)}`, connected: true }],
  services: ['central', 'switch'],
  usage: { cpuPercent: 0.42, memoryMiB: 29.4, observedAt: 1 },
  memoryLimitMiB: 256,
  answers: { source: 'test', observedAt: 2000, answers: true },
  ...facts,
});
const silent = { source: 'test', observedAt: 2000, answers: false };
const view = (
  nodes: readonly NodeView[],
  databases = [
    database([replica(1, { kind: 'leader', role: 'leader', leads: true }), replica(2, { leader: 'node-1' })]),
  ],
): LabView => ({ nodes, databases, members: [], networks: [{ name: 'a-mgmt', role: 'mgmt' }] }) as unknown as LabView;

describe('cardsOf', () => {
  it('says what a node is by what was seen of it', () => {
    const state = (facts: Partial<NodeView>) => cardsOf(view([node(1, facts)])).get('node-1')?.state;
    expect(state({})).toBe('running');
    expect(state({ state: 'stopped', ended: 'killed' })).toBe('dead');
    expect(state({ state: 'stopped', ended: 'stopped' })).toBe('stopped');
    expect(state({ state: 'paused' })).toBe('paused');
    expect(state({ cut: true })).toBe('cut');
    expect(state({ answers: silent })).toBe('silent');
    expect(state({ state: 'unreachable' })).toBe('unknown');
    expect(cardsOf(view([node(3)], [database([replica(3, { kind: 'none' })])])).get('node-3')?.state).toBe('waiting');
  });

  it('prints the words of the software, its services and its usage', () => {
    const card = cardsOf(view([node(1)])).get('node-1');
    expect(card).toMatchObject({ address: '172.28.31.11', footer: 'central · switch', footerEnd: '0.4 % · 29 MiB' });
    expect(card?.roles[0]).toMatchObject({ word: 'leader', tone: 'lead', label: 'OVN NB on node-1: leader, term 3' });
  });

  it('never shows the last role of a copy that is gone or silent', () => {
    const roles = (kind: 'gone' | 'unknown' | 'frozen') =>
      cardsOf(view([node(1)], [database([replica(1, { kind, answers: false })])])).get('node-1')?.roles[0]?.word;
    expect([roles('gone'), roles('unknown'), roles('frozen')]).toEqual(['gone', 'unknown', 'paused']);
  });

  it('says that it asks until a question failed', () => {
    const never = { source: 'test', observedAt: null, answers: false };
    const replicas = [database([replica(1, { kind: 'unknown', observedAt: null, answers: false, asking: true })])];
    const asking = cardsOf(view([node(1, { answers: { ...never, asking: true } })], replicas)).get('node-1');
    expect([asking?.befell?.words, asking?.roles[0]?.word]).toEqual(['asking', 'asking']);
    expect(cardsOf(view([node(1, { answers: never })])).get('node-1')?.befell?.words).toBe('no answer yet');
  });

  it('marks what is old by the time it was last seen', () => {
    const footer = (facts: Partial<NodeView>) => cardsOf(view([node(1, facts)])).get('node-1')?.footer;
    const seen = `last seen ${clockTime(2000)}`;
    expect(footer({ state: 'paused', answers: silent })).toBe(seen);
    expect(footer({ state: 'stopped', ended: 'killed', answers: silent })).toBe(seen);
    expect(footer({ answers: silent })).toBe(seen);
  });

  it('keeps the card of a node that did not change, so that it is not drawn again', () => {
    const first = cardsOf(view([node(1), node(2)]));
    const second = cardsOf(view([node(1), node(2, { state: 'paused' })]), first);
    expect(second.get('node-1')).toBe(first.get('node-1'));
    expect(second.get('node-2')).not.toBe(first.get('node-2'));
  });

  it('beside its one database says what the product calls the node, and that it answers although it is called otherwise', () => {
    const member = (status: string, facts: Partial<MemberView> = {}) =>
      ({ name: 'node-1', status, message: 'No heartbeat', answers: true, ...facts }) as MemberView;
    const said = (one: MemberView, facts: Partial<NodeView> = {}) =>
      cardsOf({ ...view([node(1, facts)]), members: [one] }).get('node-1')?.member;
    expect(said(member('Online'))).toMatchObject({ status: 'Online', odd: false });
    expect(said(member('Offline'))).toEqual({
      status: 'Offline',
      odd: true,
      butAnswers: true,
      label: 'The cluster calls node-1 Offline: No heartbeat',
    });
    expect(said(member('Offline'), { answers: silent })?.butAnswers).toBe(false);
    expect(said(member('Online', { answers: false }))).toBeNull();
    const two = [database([replica(1, {})]), database([replica(1, {})], { id: 'sb' })];
    expect(cardsOf({ ...view([node(1)], two), members: [member('Online')] }).get('node-1')?.member).toBeNull();
  });
});
