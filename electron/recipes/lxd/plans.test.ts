import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { LabView } from '../../../shared/lab.ts';
import type { LabRequest, Setting } from '../../../shared/request.ts';
import type { Found, FoundNode } from '../../engines/engine.ts';
import { ledger } from '../../flows/ledger.ts';
import type { Step } from '../../flows/step.ts';
import { readRequest } from '../../request.ts';
import type { Present, Recipe } from '../recipe.ts';
import { incus } from './incus.ts';
import { lxd } from './lxd.ts';

const subnets = { mgmt: '172.28.0' };
const both = { ...subnets, api: '172.28.1' };
const fixtures = join(import.meta.dirname, '..', '..', '..', 'test', 'fixtures', 'lxd');

function requestFor(recipe: Recipe, settings: Readonly<Record<string, Setting>> = {}, nodes = 3): LabRequest {
  const recipes = new Map([[recipe.info.kind, recipe]]);
  return readRequest({ recipe: recipe.info.kind, name: 'a', nodes, settings }, { recipes, taken: [] });
}

const node = (name: string, state: FoundNode['state'] = 'running'): FoundNode => ({
  ...{ lab: 'a', since: 1, exitCode: null, createdAt: 1, memoryMiB: 256, labels: {}, attached: [] },
  ...{ id: name, name: `a-${name}`, node: name, state },
});
const found = (...nodes: FoundNode[]): Found => ({ nodes, networks: [], missing: [] });
const nothing: Present = { found: found(), view: null };

type Kind = 'leader' | 'voter' | 'standby' | 'spare' | 'none';

/** A lab whose nodes say these roles; nodes that are `none` are in no list of members. */
function presentOf(roles: Readonly<Record<string, Kind>>, silent: readonly string[] = []): Present {
  const voting = Object.entries(roles).filter(([, kind]) => kind === 'leader' || kind === 'voter');
  const servers = voting.map(([name]) => ({ id: name, address: name, node: name }));
  const answers = (name: string) => ({ source: '', observedAt: 1, answers: !silent.includes(name) });
  const replicas = Object.entries(roles).map(([name, kind]) => ({
    ...answers(name),
    ...{ node: name, kind, votes: kind === 'leader' || kind === 'voter', leads: kind === 'leader', servers, term: 1 },
    ...{ serverId: name, connections: voting.map(([other]) => `->${other}`), leader: voting[0]?.[0] ?? null },
  }));
  const members = Object.entries(roles)
    .filter(([, kind]) => kind !== 'none')
    .map(([name, kind]) => ({
      name,
      role: kind === 'standby' ? 'stand-by' : kind,
      status: silent.includes(name) ? 'Offline' : 'Online',
    }));
  const nodes = Object.keys(roles).map((name) => ({ name, answers: answers(name) }));
  const databases = [{ id: 'dqlite', short: 'dqlite', protocol: 'dqlite', replicas }];
  const view = { name: 'a', nodes, members, databases } as unknown as LabView;
  const states = Object.keys(roles).map((name) => node(name, silent.includes(name) ? 'stopped' : 'running'));
  return { found: found(...states), view };
}

const three = { 'node-1': 'leader', 'node-2': 'voter', 'node-3': 'voter' } as const;

const deploy = (recipe: Recipe, request: LabRequest, present = nothing) =>
  recipe.deploy(request, request.settings['separate'] === true ? both : subnets, 'tag', present);
const ids = (steps: readonly Step[]) => steps.map(({ id }) => id);
const typed = (steps: readonly Step[]) =>
  steps
    .filter(({ kind }) => kind === 'commands')
    .flatMap((step) => ledger(step, 'docker', 'a').map(({ on, line }) => `${on}: ${line}`));

/** What a command of these steps reads, with `NAME` for captured words. */
function preseedOf(steps: readonly Step[], id: string): string {
  const step = steps.find((one) => one.id === id);
  const commands = step?.kind === 'commands' ? step.chains.flat() : [];
  const words = commands.find(({ stdin }) => stdin !== undefined)?.stdin ?? [];
  return words.map((word) => (typeof word === 'string' ? word : word.captured.toUpperCase())).join('');
}

describe('a lab of three', () => {
  it('is bootstrapped, then each node gets a token and joins, in turn', () => {
    const steps = deploy(lxd, requestFor(lxd));
    expect(ids(steps)).toEqual([
      ...['image', 'networks', 'nodes', 'bootstrap'],
      ...['add:node-2', 'join:node-2', 'add:node-3', 'join:node-3', 'health'],
    ]);
    expect(typed(steps).map((line) => line.split('\n')[0])).toEqual([
      'node-1: lxd waitready --timeout=50',
      'node-1: lxd init --preseed <<EOF',
      'node-2: lxd waitready --timeout=50',
      'node-3: lxd waitready --timeout=50',
      'node-1: lxc cluster add -q node-2',
      'node-2: lxd init --preseed <<EOF',
      'node-1: lxc cluster add -q node-3',
      'node-3: lxd init --preseed <<EOF',
    ]);
  });

  it('uses the preseeds of the document', () => {
    const [token, password] = ['token', 'password'].map((join) => deploy(lxd, requestFor(lxd, { join })));
    const recorded = (name: string) => {
      const text = readFileSync(join(fixtures, name), 'utf8')
        .replaceAll(/node(?=\d)/g, 'node-')
        .replaceAll('10.55.60.171', '172.28.0.11')
        .replaceAll('10.55.60.155', '172.28.0.12')
        .replaceAll('10.55.60.173', '172.28.0.13')
        .replaceAll('sekret', 'PASSWORD')
        .replaceAll(/"-----BEGIN[^"]*"/g, '"CERTIFICATE"')
        .replaceAll(/eyJ[\w=]*/g, 'TOKEN:NODE-3');
      return parse(text) as unknown;
    };
    expect(parse(preseedOf(password ?? [], 'bootstrap'))).toEqual(recorded('preseed-bootstrap.yaml'));
    expect(parse(preseedOf(password ?? [], 'join:node-2'))).toEqual(recorded('preseed-join-password.yaml'));
    expect(parse(preseedOf(token ?? [], 'join:node-3'))).toEqual(recorded('preseed-join-token.yaml'));
  });

  it('by password makes one that nobody sees, and takes the certificate of the cluster', () => {
    const steps = deploy(lxd, requestFor(lxd, { join: 'password' }));
    expect(ids(steps)).toEqual([
      ...['image', 'networks', 'nodes', 'bootstrap', 'trust', 'join:node-2', 'join:node-3', 'health'],
    ]);
    expect(typed(steps)).toContain('node-1: cat /proc/sys/kernel/random/uuid');
    expect(typed(steps)).toContain(String.raw`node-1: sed ':a;N;$!ba;s/\n/\n\n/g' /var/lib/lxd/cluster.crt`);
    expect(typed(steps).join('\n')).toContain('cluster_password: ${password}');
  });

  it('may have clients on another network', () => {
    const steps = deploy(lxd, requestFor(lxd, { separate: true }));
    expect(parse(preseedOf(steps, 'bootstrap'))).toMatchObject({
      config: { 'core.https_address': '172.28.1.11:8443', 'cluster.https_address': '172.28.0.11:8443' },
    });
    const lines = typed(steps);
    const set = lines.indexOf('node-2: lxc config set core.https_address 172.28.1.12:8443');
    expect(lines[set + 1]).toContain('server_address: 172.28.0.12:8443');
    expect(lxd.networks(requestFor(lxd, { separate: true })).map(({ role }) => role)).toEqual(['mgmt', 'api']);
  });

  it('sets another threshold than the usual right after the bootstrap', () => {
    const set = 'node-1: lxc config set cluster.offline_threshold';
    expect(typed(deploy(lxd, requestFor(lxd, { offlineThreshold: 11 })))[2]).toBe(`${set} 11`);
    expect(typed(deploy(lxd, requestFor(lxd))).filter((line) => line.startsWith(set))).toEqual([]);
  });

  it('is left fresh when it is not to be formed', () => {
    const request = requestFor(lxd, { form: false });
    expect(ids(deploy(lxd, request))).toEqual(['image', 'networks', 'nodes', 'ready']);
    expect(lxd.forms?.(request)).toBe(false);
    const none = { 'node-1': 'none', 'node-2': 'none', 'node-3': 'none' } as const;
    expect(ids(lxd.addMember(request, subnets, 'tag', presentOf(none), 'node-4'))).toEqual([
      'nodes:node-4',
      'ready:node-4',
    ]);
    expect(ids(lxd.removeMember(request, subnets, presentOf(none), 'node-3', false))).toEqual(['remove:node-3']);
  });

  it('of Incus has the same plan with other names', () => {
    const renamed = (line: string) =>
      line
        .replaceAll('lxdbr0', 'incusbr0')
        .replaceAll(/: lxd /g, ': incus admin ')
        .replaceAll(/: lxc /g, ': incus ');
    const steps = deploy(incus, requestFor(incus));
    expect(typed(steps)).toEqual(typed(deploy(lxd, requestFor(lxd))).map(renamed));
    expect(steps.find(({ kind }) => kind === 'image')).toMatchObject({ image: 'incus' });
    expect(incus.info.parameters.map(({ key }) => key)).not.toContain('join');
  });
});

describe('a lab that was left half formed', () => {
  it('has its members left alone, and emptied what is none', () => {
    const present = presentOf({ 'node-1': 'leader', 'node-2': 'standby', 'node-3': 'none' });
    const steps = deploy(lxd, requestFor(lxd), present);
    expect(ids(steps)).toEqual([
      ...['image', 'networks', 'nodes', 'empty:node-3', 'add:node-3', 'join:node-3', 'health'],
    ]);
    expect(typed(steps).filter((line) => !line.startsWith('node-3:'))).toEqual([
      "node-1: sh -c 'lxc cluster remove node-3 --force --yes || true'",
      `node-1: lxd sql global 'DELETE FROM nodes WHERE name = '\\''node-3'\\'' AND state = 1'`,
      'node-1: lxc cluster add -q node-3',
    ]);
  });

  it('is bootstrapped on emptied nodes when it has no member', () => {
    const present = presentOf({ 'node-1': 'none', 'node-2': 'none', 'node-3': 'none' });
    expect(ids(deploy(lxd, requestFor(lxd), present)).slice(3, 5)).toEqual(['empty', 'bootstrap']);
  });

  it('gets another password, for nobody knows the first', () => {
    const present = presentOf({ 'node-1': 'leader', 'node-2': 'standby', 'node-3': 'none' });
    const steps = deploy(lxd, requestFor(lxd, { join: 'password' }), present);
    expect(typed(steps)).toContain('node-1: lxc config set core.trust_password "$password"');
  });

  it('is not formed again where nobody says that it was not', () => {
    const present = presentOf({ 'node-1': 'none', 'node-2': 'none', 'node-3': 'none' }, ['node-2']);
    expect(() => deploy(lxd, requestFor(lxd), present)).toThrow('node-2 did not say whether there is a cluster.');
  });
});

describe('a preseed of one’s own', () => {
  const mine = 'config: {}\ncluster: {server_name: $NODE, enabled: true}\n';

  it('is used word for word, but for what only the lab knows', () => {
    const bootstrapPreseed = `# cost: $5 and $NODES\n${mine}# $ADDRESS $TOKEN\n`;
    const steps = deploy(lxd, requestFor(lxd, { bootstrapPreseed, joinPreseed: `${mine}# $TOKEN` }));
    expect(preseedOf(steps, 'bootstrap')).toBe(
      '# cost: $5 and $NODES\nconfig: {}\ncluster: {server_name: node-1, enabled: true}\n# 172.28.0.11 $TOKEN\n',
    );
    expect(preseedOf(steps, 'join:node-3')).toContain('server_name: node-3, enabled: true}\n# TOKEN:NODE-3');
  });

  it('may be the pair of the document, but for names and addresses', () => {
    const read = (name: string) =>
      readFileSync(join(fixtures, name), 'utf8').replace(/server_name: \w+/, 'server_name: $NODE');
    const [bootstrapPreseed, joinPreseed] = [read('preseed-bootstrap.yaml'), read('preseed-join-password.yaml')];
    const steps = deploy(lxd, requestFor(lxd, { bootstrapPreseed, joinPreseed }));
    expect(preseedOf(steps, 'join:node-2')).toBe(joinPreseed.replace('$NODE', 'node-2'));
  });

  it('without $TOKEN needs no token', () => {
    expect(ids(deploy(lxd, requestFor(lxd, { joinPreseed: mine })))).not.toContain('add:node-2');
  });

  it.each([
    [{ bootstrapPreseed: 'a: b: c' }, 'settings.bootstrapPreseed', 'is not YAML'],
    [{ bootstrapPreseed: 'config: {}' }, 'settings.bootstrapPreseed', 'has no `cluster` with `enabled: true`'],
    [{ bootstrapPreseed: mine.replace('$NODE', 'node1') }, 'settings.bootstrapPreseed', 'names another member'],
    [{ joinPreseed: mine.replace('$NODE', 'node-1') }, 'settings.joinPreseed', 'names another member than node-2'],
    [{ joinPreseed: `${mine}# $API_ADDRESS` }, 'settings.joinPreseed', 'the nodes have one network'],
    [{ joinPreseed: `${mine}# $PASSWORD` }, 'settings.joinPreseed', 'the first node does not set it'],
    [{ bootstrapPreseed: mine, join: 'password' }, 'settings.bootstrapPreseed', 'the first node does not set it'],
  ])('is refused before anything is made: %o', (settings, field, words) => {
    let thrown: unknown;
    try {
      deploy(lxd, requestFor(lxd, settings));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'input/invalid', field });
    expect(String(thrown)).toContain(words);
  });
});

describe('members come and go', () => {
  it('one joins with a token, and what is undone leaves no row', () => {
    const steps = lxd.addMember(requestFor(lxd, { join: 'password' }), subnets, 'tag', presentOf(three), 'node-4');
    expect(ids(steps)).toEqual(['nodes:node-4', 'ready:node-4', 'add:node-4', 'join:node-4', 'health']);
    const undo = steps.flatMap((step) => (step.kind === 'commands' ? (step.undo ?? []) : []));
    expect(undo.map(({ words }) => words.join(' '))).toEqual([
      'lxc cluster remove node-4 --force --yes',
      "lxd sql global DELETE FROM nodes WHERE name = 'node-4' AND state = 1",
    ]);
  });

  it('one whose join ended half way is emptied first', () => {
    const present = presentOf({ ...three, 'node-4': 'none' });
    expect(ids(lxd.addMember(requestFor(lxd), subnets, 'tag', present, 'node-4'))).toEqual([
      ...['nodes:node-4', 'empty:node-4', 'add:node-4', 'join:node-4', 'health'],
    ]);
  });

  it('one that is listed and hangs is emptied, too; one that answers is left alone', () => {
    const add = (silent: readonly string[]) =>
      ids(
        lxd.addMember(requestFor(lxd), subnets, 'tag', presentOf({ ...three, 'node-4': 'standby' }, silent), 'node-4'),
      );
    expect(add(['node-4'])).toEqual(['nodes:node-4', 'empty:node-4', 'add:node-4', 'join:node-4', 'health']);
    expect(add([])).toEqual(['nodes:node-4', 'ready:node-4', 'health']);
  });

  const remove = (present: Present, name: string, force: boolean) =>
    typed(lxd.removeMember(requestFor(lxd), subnets, present, name, force));

  it('one leaves as the document says, by force when it is dead, and asked by one that is not', () => {
    expect(remove(presentOf(three), 'node-1', false)).toEqual(['node-2: lxc cluster remove node-1']);
    expect(remove(presentOf(three), 'node-3', true)).toEqual(['node-1: lxc cluster remove node-3 --force --yes']);
    expect(remove(presentOf(three, ['node-3']), 'node-3', false)).toEqual([
      'node-1: lxc cluster remove node-3 --force --yes',
    ]);
  });

  it('of a join that never ended the row goes that no list shows', () => {
    expect(remove(presentOf({ ...three, 'node-4': 'none' }), 'node-4', false)).toEqual([
      `node-1: lxd sql global 'DELETE FROM nodes WHERE name = '\\''node-4'\\'' AND state = 1'`,
    ]);
  });

  it('the last with a vote stays: LXD would lose its database', () => {
    const two = presentOf({ 'node-1': 'leader', 'node-2': 'spare' });
    expect(() => remove(two, 'node-1', false)).toThrow('would lose its quorum');
    expect(remove(two, 'node-2', false)).toEqual(['node-1: lxc cluster remove node-2']);
  });
});

describe('health', () => {
  function unmet(roles: Readonly<Record<string, Kind>>, silent: readonly string[] = [], isNew = true): string | null {
    const nodes = Object.keys(roles);
    const steps = isNew
      ? deploy(lxd, requestFor(lxd, {}, nodes.length))
      : deploy(lxd, requestFor(lxd), presentOf(roles));
    const health = steps.find(({ id }) => id === 'health');
    const { view } = presentOf(roles, silent);
    return health?.kind === 'wait' && view !== null ? health.unmet(view) : 'no health';
  }
  const of = (...kinds: Kind[]) => Object.fromEntries(kinds.map((kind, index) => [`node-${index + 1}`, kind]));

  it.each([
    [of('leader')],
    [of('leader', 'standby')],
    [of('leader', 'voter', 'voter')],
    [of('voter', 'voter', 'leader', 'standby', 'standby', 'spare', 'spare')],
  ])('is good with final roles: %o', (roles) => expect(unmet(roles)).toBeNull());

  it.each([
    [of('leader', 'voter', 'standby'), '2 of 3 voters'],
    [of('leader', 'voter', 'voter', 'spare'), '0 of 1 stand-bys'],
    [of('voter', 'voter', 'voter'), 'dqlite has no leader yet'],
    [of('leader', 'leader', 'voter'), 'dqlite: node-1 and node-2 both claim to lead'],
    [of('leader', 'voter', 'none'), 'not a member yet: node-3'],
  ])('lacks something with %o', (roles, words) => expect(unmet(roles)).toBe(words));

  it('takes LXD’s word for who is Online', () => {
    expect(unmet(of('leader', 'voter', 'voter'), ['node-3'])).toBe('not Online: node-3 Offline');
  });

  it('leaves to its users how many vote in a cluster that was formed before', () => {
    expect(unmet(of('leader', 'voter', 'voter', 'voter', 'voter'), [], false)).toBeNull();
    expect(unmet(of('leader', 'spare'), [], false)).toBeNull();
  });
});
