import { describe, expect, it } from 'vitest';
import type { LabView } from '../../../../shared/lab.ts';
import type { StepOf } from '../../../flows/step.ts';
import { incusDialect, lxdDialect } from '../dialect.ts';
import { lxdFlows } from './index.ts';
import { address, flowOf, lines, plan, refusal, three, typed, viewOf, waitOf, type Plight } from './plans-for-tests.ts';

describe.each([lxdDialect, incusDialect])('every flow of $title', (dialect) => {
  const nodes = { 'recover-quorum': 'node-1', 'leave-raft-node': 'node-3' } as Readonly<Record<string, string>>;
  it.each(lxdFlows(dialect).map((flow) => [flow.info.id, flow] as const))(
    '%s has a plan and says what it is',
    (id, flow) => {
      const lost = viewOf(['voter', 'dead', 'dead']);
      const left = viewOf(three);
      const steps = plan(id, {
        ...{ dialect, instances: true },
        ...(flow.info.on === 'node' ? { node: nodes[id] ?? 'node-2' } : {}),
        ...(id === 'recover-quorum' ? { plights: ['voter', 'dead', 'dead'], view: lost } : { view: left }),
        ...(id === 'remove-raft-node' ? { set: { address: address(3) } } : {}),
      });
      const ids = steps.map((step) => step.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThan(0);
      expect(flow.info.help).toMatch(/\.$/);
      const other = dialect.kind === 'lxd' ? /\b(incus|incusd)\b/ : /\b(lxc|lxd)\b/;
      expect(lines(steps).filter((line) => other.test(line))).toEqual([]);
    },
  );

  it('is of one name, and groups stay together', () => {
    const flows = lxdFlows(dialect).map(({ info }) => info);
    expect(new Set(flows.map(({ id }) => id)).size).toBe(flows.length);
    const groups = flows.map(({ group }) => group).filter((group, at, all) => group !== all[at - 1]);
    expect(groups.toSorted()).toEqual([...new Set(groups)].toSorted());
  });
});

describe('settings', () => {
  it('go to LXD as they are', () => {
    expect(typed('max-voters', { set: { value: '2' } })).toEqual([
      'node-1: lxc config set cluster.max_voters=2',
      'node-1: lxc config get cluster.max_voters',
      'node-1: lxc cluster list',
    ]);
    expect(typed('images-replica', { set: { value: '-1' } })[0]).toBe(
      'node-1: lxc config set cluster.images_minimal_replica=-1',
    );
    expect(typed('offline-threshold', { dialect: incusDialect })[0]).toBe(
      'node-1: incus config set cluster.offline_threshold=20',
    );
  });

  // samples/lxd/max-voters.txt, max-standby.txt, offline-threshold.txt, images-minimal.txt
  it.each([
    ['max-voters', "cannot set 'cluster.max_voters' to '2': Value must be an odd number equal to or higher than 3"],
    ['max-standby', "cannot set 'cluster.max_standby' to '6': Value must be between 0 and 5"],
    ['offline-threshold', "cannot set 'cluster.offline_threshold' to '10': Value must be greater than '10'"],
    ['images-replica', "cannot set 'cluster.images_minimal_replica' to '0': Invalid value for image replica count"],
  ])('of %s that are refused are told in its own words, with what is allowed', (id, said) => {
    const [set] = plan(id, { set: { value: 'x' } }) as readonly StepOf<'commands'>[];
    const command = { node: 'node-1', words: [] };
    const allowed = flowOf(id).info.parameters[0]?.help;
    expect(set?.explain?.(`Error: ${said}\n`, command, false)).toEqual({ message: said, fix: allowed });
    expect(set?.explain?.('Error: Failed to begin transaction: EOF\n', command, false)).toBeNull();
  });

  it('are typed on a node that answers', () => {
    expect(typed('max-voters', { plights: ['dead', 'leader', 'voter'] })[0]).toMatch(/^node-2: /);
    expect(refusal('max-voters', { plights: ['dead', 'dead', 'dead'] }).code).toBe('node/not-running');
  });
});

describe('roles', () => {
  it('set a failure domain as show, sed, edit', () => {
    const steps = plan('failure-domain', { node: 'node-2', set: { domain: 'rack-7' } });
    expect(lines(steps)[0]).toBe('node-1: lxc cluster show node-2');
    expect(lines(steps)[1]).toContain(`node-1: sed 's/^failure_domain: .*/failure_domain: "rack-7"/'`);
    expect(lines(steps)[2]).toContain('node-1: lxc cluster edit node-2');
    expect((steps[0] as StepOf<'commands'>).chains[0]?.map(({ stdin }) => stdin)).toEqual([
      undefined,
      [{ captured: 'member' }],
      [{ captured: 'edited' }],
    ]);
  });

  it.each(['', 'a b', 'a/b', 'x"; e id', '-a', 'a\\1', 'a&'])('refuse the failure domain «%s»', (domain) => {
    expect(refusal('failure-domain', { node: 'node-2', set: { domain } })).toMatchObject({
      code: 'input/invalid',
      field: 'settings.domain',
    });
  });

  it('tell who took a vote, and whether it is of the same domain', () => {
    const four: readonly Plight[] = ['leader', 'voter', 'voter', 'standby'];
    const steps = plan('move-role', { node: 'node-2', plights: four });
    expect(lines(steps).slice(0, 2)).toEqual(['node-1: lxc cluster list', 'node-2: sv -w 30 down lxd']);
    const wait = waitOf(steps);
    expect(wait.unmet(viewOf(four))).toBe('node-4 has no vote yet');
    const moved = viewOf(['leader', 'dead', 'voter', 'voter']);
    expect(wait.unmet(moved)).toBeNull();
    expect(wait.tells?.(moved)).toBe('node-4 took it, in the same failure domain rack-2');
    const other = waitOf(plan('move-role', { node: 'node-3', plights: four }));
    expect(other.tells?.(viewOf(['leader', 'voter', 'dead', 'voter']))).toBe(
      'node-4 took it: failure domain rack-2, not default',
    );
  });

  it('tell that nobody could take a vote, and wait for another leader', () => {
    const wait = waitOf(plan('move-role', { node: 'node-1', set: { how: 'kill' } }));
    expect(wait.unmet(viewOf(three))).toBe('no other member leads yet');
    const after = viewOf(['dead', 'leader', 'voter']);
    expect(wait.unmet(after)).toBeNull();
    expect(wait.tells?.(after)).toBe('nobody could take it: node-2, node-3 had a vote already');
  });

  it('refuse to move what is not there, or what nobody could give', () => {
    const spare = refusal('move-role', { node: 'node-4', plights: [...three, 'spare'] });
    expect(spare).toMatchObject({ code: 'input/invalid', field: 'node', fix: 'node-1, node-2, node-3 vote.' });
    expect(refusal('move-role', { node: 'node-2', plights: ['leader', 'voter', 'dead'] }).message).toContain(
      'no majority is left',
    );
  });
});

describe('the leader', () => {
  it('is stopped while its peers are called', () => {
    const [stop] = plan('stop-leader') as readonly StepOf<'commands'>[];
    expect(
      stop?.chains.map((chain) => chain.map(({ node, words }) => `${node}: ${words.slice(0, 5).join(' ')}`)),
    ).toEqual([['node-1: sv -w 30 down lxd'], [expect.stringMatching(/^node-2: bash -c failed=0; /)]]);
    expect(stop?.undo?.map(({ words }) => words.join(' '))).toEqual(['sv -w 30 up lxd']);
  });

  it('is killed so that its supervisor does not bring it back', () => {
    expect(typed('kill-leader', { plights: ['voter', 'leader', 'voter'] }).slice(0, 2)).toEqual([
      'node-2: sv once lxd',
      'node-2: pkill -KILL -x lxd',
    ]);
    expect(typed('kill-leader', { dialect: incusDialect })[1]).toBe('node-1: pkill -KILL -x incusd');
  });

  it('loses its power by the engine', () => {
    const steps = plan('cut-leader');
    expect(lines(steps)[0]).toBe('engine: docker kill a-node-1');
    expect(lines(steps)[1]).toMatch(/^node-2: bash -c .*lxc query \/1.0\/cluster\/members/);
    const wait = waitOf(steps);
    expect(wait.unmet(viewOf(three))).toBe('node-1 leads');
    expect(wait.tells?.(viewOf(['dead', 'voter', 'leader']))).toBe('node-3 leads');
  });

  it.each<[string, readonly Plight[], string]>([
    ['nobody leads', ['voter', 'voter', 'voter'], 'has no leader now'],
    ['nobody would be left', ['leader', 'voter', 'dead'], 'no majority is left'],
    ['it is alone', ['leader'], 'no majority is left'],
  ])('is left alone where %s', (_what, plights, says) => {
    for (const id of ['stop-leader', 'kill-leader', 'cut-leader'])
      expect(refusal(id, { plights })).toMatchObject({ code: 'input/invalid', message: expect.stringContaining(says) });
  });
});

describe('recovery', () => {
  const lost: readonly Plight[] = ['dead', 'voter', 'dead'];

  it('is what the document says, and removes the lost ones', () => {
    expect(typed('recover-quorum', { plights: lost, node: 'node-2' })).toEqual([
      'node-2: lxd cluster list-database',
      'node-2: sv down lxd',
      'node-2: sv kill lxd',
      'node-2: sv -w 10 down lxd',
      'node-2: lxd cluster recover-from-quorum-loss -q',
      'node-2: sv -w 30 up lxd',
      'node-2: lxd waitready --timeout=60',
      'node-2: lxc cluster list',
      'node-2: lxc cluster remove node-1 --force --yes',
      'node-2: lxc cluster remove node-3 --force --yes',
      'engine: docker rm --force --volumes a-node-1',
      'engine: docker rm --force --volumes a-node-3',
      'node-2: lxc cluster list',
    ]);
    const kept = typed('recover-quorum', { plights: lost, node: 'node-2', set: { containers: false } });
    expect(kept.filter((line) => line.startsWith('engine'))).toEqual([]);
  });

  it('is Incus’s with its names', () => {
    const incus = typed('recover-quorum', { plights: lost, node: 'node-2', dialect: incusDialect });
    expect(incus[0]).toBe('node-2: incus admin cluster list-database');
    expect(incus[4]).toMatch(/^node-2: incus admin cluster recover-from-quorum-loss <<\S+\nyes\n/);
    expect(incus[8]).toBe('node-2: incus cluster remove node-1 --force --yes');
  });

  it.each<[string, readonly Plight[], string, string]>([
    ['a majority is there', three, 'node-1', 'A majority is there (3 of 3 voters answer, 2 are needed)'],
    ['the majority has no leader', ['voter', 'voter', 'dead'], 'node-1', 'A majority is there (2 of 3'],
    ['the node is dead', lost, 'node-1', 'node-1 does not run'],
    ['the node holds no copy', ['voter', 'dead', 'dead', 'spare'], 'node-4', 'holds no copy'],
  ])('is refused while %s', (_what, plights, node, says) => {
    const error = refusal('recover-quorum', { plights, node });
    expect(error).toMatchObject({ code: 'input/invalid', field: 'node', fix: expect.any(String) as string });
    expect(error.message).toContain(says);
  });

  it('ends when its member leads and is Online', () => {
    const wait = waitOf(plan('recover-quorum', { plights: lost, node: 'node-2' }));
    expect(wait.unmet(viewOf(['dead', 'leader', 'dead']))).toBe('node-1, node-3 still counted');
    const only = (kind: Plight) => {
      const [first, second] = [viewOf([kind]), viewOf(['dead', kind])];
      const databases = second.databases.map((one) => ({
        ...one,
        replicas: one.replicas.slice(1).map((replica) => ({ ...replica, servers: replica.servers.slice(1) })),
      }));
      return { ...first, members: second.members.slice(1), databases };
    };
    expect(wait.unmet(only('voter'))).toBe('nobody leads; node-2 is Online');
    expect(wait.unmet(only('leader'))).toBeNull();
  });
});

describe('a leftover in Raft', () => {
  it('is made by deleting a row', () => {
    expect(typed('leave-raft-node', { node: 'node-3' }).slice(0, 3)).toEqual([
      'node-3: sv once lxd',
      'node-3: pkill -KILL -x lxd',
      `node-1: lxd sql global 'DELETE FROM nodes WHERE name = '\\''node-3'\\'''`,
    ]);
    const wait = waitOf(plan('leave-raft-node', { node: 'node-3' }));
    expect([wait.unmet(viewOf(three)), wait.unmet(viewOf(['leader', 'voter']))]).toEqual([
      'node-3 is still listed',
      null,
    ]);
    expect(refusal('leave-raft-node', { node: 'node-1' }).message).toContain('node-1 leads');
    expect(refusal('leave-raft-node', { node: 'node-2', plights: ['leader', 'voter', 'dead'] }).code).toBe(
      'input/invalid',
    );
  });

  it('is found and removed on the leader', () => {
    const view = viewOf(['voter', 'leader', 'dead']);
    const left = { ...view, members: view.members.filter(({ name }) => name !== 'node-3') };
    const steps = plan('remove-raft-node', { view: left });
    expect(lines(steps)[1]).toBe(`node-2: lxd cluster remove-raft-node -q ${address(3)}`);
    expect(waitOf(steps).unmet(left)).toBe(`node-2 still lists ${address(3)}`);
    expect(waitOf(steps).unmet(viewOf(['voter', 'leader']))).toBeNull();
  });

  it('is not guessed', () => {
    expect(refusal('remove-raft-node').message).toContain('no leftover');
    const none = { ...viewOf(three), members: viewOf(['leader']).members };
    expect(refusal('remove-raft-node', { view: none })).toMatchObject({ fix: `One of ${address(2)}, ${address(3)}` });
    expect(refusal('remove-raft-node', { set: { address: '--help' } }).field).toBe('settings.address');
  });
});

describe('storage pools and networks', () => {
  it('are defined on each member, then created', () => {
    expect(typed('storage-pool')).toEqual([
      'node-1: lxc storage create --target node-1 data dir',
      'node-1: lxc storage create --target node-2 data dir',
      'node-1: lxc storage create --target node-3 data dir',
      'node-1: lxc storage list',
      'node-1: lxc storage show data',
      'node-1: lxc storage create data dir',
      'node-1: lxc storage list',
    ]);
    expect(typed('network', { dialect: incusDialect }).slice(2, 6)).toEqual([
      'node-1: incus network create --target node-3 my-network',
      'node-1: incus network list',
      'node-1: incus network show my-network',
      'node-1: incus network create my-network ipv6.address=none',
    ]);
  });

  it('created too early are to be refused, and are created then', () => {
    const steps = plan('network-too-early') as readonly StepOf<'commands'>[];
    expect(steps.map(({ id }) => id)).toEqual(['define', 'pending', 'refused', 'define-last', 'create', 'list']);
    expect(steps[2]?.chains[0]).toEqual([
      { node: 'node-1', words: ['lxc', 'network', 'create', 'my-network', 'ipv6.address=none'], refused: true },
    ]);
    expect(lines(steps.slice(3, 4))).toEqual(['node-1: lxc network create --target node-3 my-network']);
    expect(refusal('network-too-early', { plights: ['leader'] }).code).toBe('input/invalid');
  });

  it('that are there are not made again, and never taken back by an undo', () => {
    const there = { kind: 'storage pool', name: 'data', state: 'Created', pending: false, on: [], facts: [] };
    expect(refusal('storage-pool', { view: viewOf(three, [there]) })).toMatchObject({
      code: 'input/taken',
      message: 'Storage pool data is there already.',
      field: 'settings.name',
    });
    const undo = (view: LabView) => (plan('storage-pool', { view })[0] as StepOf<'commands'>).undo;
    expect(undo(viewOf(three))?.map(({ words }) => words.join(' '))).toEqual(['lxc storage delete data']);
    expect(undo(viewOf(three, null))).toBeUndefined();
  });

  it('that are pending on some are defined on the others alone, and are not the plan’s to take back', () => {
    const on = [{ node: 'node-1', state: 'Pending' }];
    const half = { kind: 'storage pool', name: 'data', state: 'Pending', pending: true, on, facts: [] };
    const steps = plan('storage-pool', { view: viewOf(three, [half]) }) as readonly StepOf<'commands'>[];
    expect(lines(steps.slice(0, 1))).toEqual([
      'node-1: lxc storage create --target node-2 data dir',
      'node-1: lxc storage create --target node-3 data dir',
    ]);
    expect(steps[0]?.undo).toBeUndefined();
  });

  it.each(['-x', 'a b', 'r:a', 'a/b', ''])('are not called «%s»', (name) => {
    expect(refusal('storage-pool', { set: { name } })).toMatchObject({ code: 'input/invalid', field: 'settings.name' });
  });
});

describe('volumes of one name', () => {
  it('are refused without a target', () => {
    const steps = plan('same-volumes') as readonly StepOf<'commands'>[];
    expect(lines(steps)).toEqual([
      'node-1: lxc storage volume create default web --target node-1',
      'node-1: lxc storage volume create default web --target node-2',
      'node-1: lxc storage volume list default',
      'node-1: lxc storage volume show default web',
      'node-1: lxc storage volume show default web --target node-1',
      'node-1: lxc storage volume show default web --target node-2',
    ]);
    expect(steps.flatMap(({ chains }) => chains.flat().map(({ refused }) => refused === true))).toEqual([
      ...[false, false, false, true, false, false],
    ]);
  });
});

describe('instances', () => {
  const image =
    "node-1: sh -c 'lxc image show tiny >/dev/null 2>&1 || lxc image import -q /usr/local/share/quorate/tiny.tar.gz --alias tiny'";

  it('are launched where they are asked for, or where the cluster likes', () => {
    expect(typed('launch', { instances: true, set: { target: 'node-2' } })).toEqual([
      image,
      'node-1: lxc launch -q tiny c1 --target node-2',
      'node-1: lxc list',
    ]);
    expect(typed('launch', { instances: true })[1]).toBe('node-1: lxc launch -q tiny c1');
    expect(typed('create-instance')[1]).toBe('node-1: lxc init -q tiny c1');
  });

  it('are not launched where nodes may not run any', () => {
    const error = refusal('launch');
    expect(error.message).toBe('a was deployed without «Run instances»: its nodes may not start any.');
    expect(error.fix).toContain('`create-instance`');
  });

  it('are used from any node', () => {
    expect(typed('exec', { node: 'node-3', set: { command: ' cat  /etc/hosts ' } })).toEqual([
      'node-3: lxc exec c1 -- cat /etc/hosts',
    ]);
    expect(typed('pull-file', { node: 'node-2' })).toEqual(['node-2: lxc file pull c1/etc/hosts -']);
    expect(typed('list-instances', { node: 'node-2' })).toEqual(['node-2: lxc list']);
    expect(typed('stop-instance', { set: { force: true } })[0]).toBe('node-1: lxc stop c1 --force');
    expect(typed('delete-instance')[0]).toBe('node-1: lxc delete c1');
  });
});

it('evacuates and restores from another member', () => {
  expect(typed('evacuate', { node: 'node-1' })[0]).toBe('node-2: lxc cluster evacuate node-1 --force');
  expect(typed('restore', { node: 'node-1' })[0]).toBe('node-1: lxc cluster restore node-1 --force');
});
