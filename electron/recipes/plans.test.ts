import { describe, expect, it } from 'vitest';
import type { LabView } from '../../shared/lab.ts';
import type { LabRequest } from '../../shared/request.ts';
import type { Found, FoundNode } from '../engines/engine.ts';
import { ledger } from '../flows/ledger.ts';
import type { Step } from '../flows/step.ts';
import { recipes } from './index.ts';
import { nodesToForm } from './lab-objects.ts';

const subnets = { mgmt: '172.28.0', underlay: '172.28.1' };

function requestFor(recipe: string, settings: LabRequest['settings'] = {}): LabRequest {
  const defaults = recipes.get(recipe)?.info.parameters.map((one) => [one.key, one.default] as const) ?? [];
  return { name: 'a', recipe, nodes: 3, memoryMiB: 256, settings: { ...Object.fromEntries(defaults), ...settings } };
}

function node(name: string, state: FoundNode['state']): FoundNode {
  const fixed = { lab: 'a', since: 1, exitCode: null, createdAt: 1, memoryMiB: 256, labels: {}, attached: [] };
  return { ...fixed, id: name, name: `a-${name}`, node: name, state };
}

const network = (role: string, subnet: string) => ({
  id: role,
  name: `a-${role}`,
  lab: 'a',
  subnet,
  labels: { 'io.quorate.role': role },
});

const found = (...nodes: FoundNode[]): Found => ({
  nodes,
  networks: [network('mgmt', '172.28.0.0/24'), network('underlay', '172.28.1.0/24')],
  missing: [],
});

/** A formed lab of these nodes, of which some may be silent. */
function viewOf(names: readonly string[], silent: readonly string[] = []): LabView {
  const servers = names.map((name) => ({ id: name, address: name, node: name }));
  const replicas = names.map((name) => ({
    node: name,
    serverId: name,
    kind: 'voter',
    votes: true,
    connected: true,
    leads: name === names[0],
    leader: names[0],
    term: 1,
    answers: !silent.includes(name),
    servers,
    connections: names
      .filter((other) => other !== name)
      .map((other) => (silent.includes(other) ? `(->${other})` : `->${other}`)),
  }));
  const databases = ['nb', 'sb', 'cluster', 'dqlite'].map((id) => ({ id, short: id, replicas }));
  const answers = (name: string) => ({ source: '', observedAt: 1, answers: !silent.includes(name) });
  const nodes = names.map((name) => ({ name, services: ['central'], answers: answers(name) }));
  const members = names.map((name) => ({ name, role: 'voter' }));
  return { name: 'a', nodes, databases, members } as unknown as LabView;
}

const typed = (steps: readonly Step[]) =>
  steps
    .filter(({ kind }) => kind === 'commands')
    .flatMap((step) => ledger(step, 'docker', 'a').map(({ on, line }) => `${on}: ${line}`));

const names = ['node-1', 'node-2', 'node-3'];
const running = found(...names.map((name) => node(name, 'running')));

describe('nodesToForm', () => {
  it('asks for all before any ran, and for no removed one after', () => {
    const request = requestFor('ovn-raft');
    expect(nodesToForm(request, found())).toEqual(names);
    expect(nodesToForm(request, found(node('node-2', 'created')))).toEqual(['node-2', 'node-1', 'node-3'].toSorted());
    expect(nodesToForm(request, found(node('node-1', 'stopped'), node('node-4', 'created')))).toEqual([
      'node-1',
      'node-4',
    ]);
  });
});

describe('a plan for a lab that is formed', () => {
  it('forms nothing again', () => {
    for (const [kind, recipe] of recipes) {
      const steps = recipe.deploy(requestFor(kind), subnets, 'tag', { found: running, view: viewOf(names) });
      expect(
        typed(steps).filter((line) => /create-cluster|join-cluster|bootstrap|cluster (add|join)| rm /.test(line)),
      ).toEqual([]);
    }
  });

  it('refuses to form what does not say whether it is formed', () => {
    const recipe = recipes.get('ovn-raft');
    const plan = () =>
      recipe?.deploy(requestFor('ovn-raft'), subnets, 'tag', { found: running, view: viewOf(names, ['node-2']) });
    expect(plan).toThrow('node-2 does not say whether it is a member.');
  });
});

describe('removing a member', () => {
  it('leaves by itself, or is kicked when it cannot', () => {
    const recipe = recipes.get('ovn-raft');
    const request = requestFor('ovn-raft', { transport: 'ssl' });
    const leave = typed(
      recipe?.removeMember(request, subnets, { found: running, view: viewOf(names) }, 'node-3', false) ?? [],
    );
    expect(leave).toContain('node-3: ovs-appctl -t /var/run/ovn/ovnnb_db.ctl cluster/leave OVN_Northbound');
    const dead = found(node('node-1', 'running'), node('node-2', 'running'), node('node-3', 'stopped'));
    const view = viewOf(names, ['node-3']);
    const kick = typed(recipe?.removeMember(request, subnets, { found: dead, view }, 'node-3', false) ?? []);
    expect(kick).toContain(
      'node-1: ovs-appctl -t /var/run/ovn/ovnsb_db.ctl cluster/kick OVN_Southbound ssl:172.28.0.13:6644',
    );
  });

  it('of microovn lets the only voter of two go while the other can take its vote', () => {
    const pair = found(node('node-1', 'running'), node('node-2', 'running'));
    const [alone, both] = [viewOf(['node-1']), viewOf(['node-1', 'node-2'])];
    const databases = both.databases.map(
      (one) => alone.databases.find(({ id }) => id === 'cluster' && id === one.id) ?? one,
    );
    const plan = (status: string, force: boolean) => () => {
      const members = both.members.map((member) => ({ ...member, status }));
      const view = { ...both, databases, members };
      const recipe = recipes.get('microovn');
      return typed(recipe?.removeMember(requestFor('microovn'), subnets, { found: pair, view }, 'node-1', force) ?? []);
    };
    expect(plan('ONLINE', false)()).toContain('node-2: microovn cluster remove node-1');
    expect(plan('UNREACHABLE', false)).toThrow('would lose its quorum');
    expect(plan('ONLINE', true)).toThrow('would lose its quorum');
  });

  it.each([...recipes.keys()])('of %s is refused when a database would lose its quorum', (kind) => {
    const remove = (view: LabView, name: string) => () =>
      recipes.get(kind)?.removeMember(requestFor(kind), subnets, { found: running, view }, name, true);
    expect(remove(viewOf(names, ['node-3']), 'node-2')).toThrow(
      'would lose its quorum: 1 of 2 would answer, 2 are needed.',
    );
    expect(remove(viewOf(names, ['node-2', 'node-3']), 'node-3')).toThrow('has no quorum');
    expect(remove(viewOf(names, ['node-1']), 'node-1')).toThrow('shows no leader now, so node-1 cannot be removed.');
    expect(remove(viewOf(['node-1']), 'node-1')).toThrow('node-1 is the only node.');
  });
});

const switches = ['--cap-add NET_ADMIN', '--cap-add NET_RAW', '--device /dev/net/tun'];
const bridges = ['CHOWN', 'DAC_OVERRIDE', 'KILL', 'NET_ADMIN', 'NET_BIND_SERVICE', 'NET_RAW', 'SETGID', 'SETUID'].map(
  (capability) => `--cap-add ${capability}`,
);

it.each([
  ['ovn-raft', {}, switches],
  ['microovn', {}, switches],
  ['lxd', {}, [...bridges, '--security-opt systempaths=unconfined']],
  ['incus', {}, [...bridges, '--security-opt systempaths=unconfined']],
  [
    'lxd',
    { instances: true },
    [
      ...bridges,
      ...['FOWNER', 'SYS_ADMIN', 'SYS_CHROOT'].map((capability) => `--cap-add ${capability}`),
      ...['apparmor', 'seccomp', 'systempaths'].map((part) => `--security-opt ${part}=unconfined`),
    ],
  ],
])('%s needs no more than this: %o', (kind, settings, needs) => {
  const steps = recipes.get(kind)?.deploy(requestFor(kind, settings), subnets, 'tag', { found: found(), view: null });
  const create = steps?.flatMap((step) => (step.kind === 'nodes' ? ledger(step, 'docker', 'a') : []))[0]?.line ?? '';
  const given = create.match(/--cap-\S+ \S+|--device \S+|--privileged|--volume \S+|--security-opt \S+/g) ?? [];
  expect(given.toSorted()).toEqual([...needs, '--cap-drop ALL', '--security-opt no-new-privileges'].toSorted());
});
