import { LabError } from '../../../shared/errors.ts';
import type { LabView } from '../../../shared/lab.ts';
import { quorumOf } from '../../../shared/quorum.ts';
import type { LabRequest } from '../../../shared/request.ts';
import type { NodeCommand, Step, StepOf, Word } from '../../flows/step.ts';
import { groundSteps, nodesStep, nodesToForm, placeOf } from '../lab-objects.ts';
import type { Present } from '../recipe.ts';
import { addMember, client, empty, forgetJoin, on, preseed, setConfig, tokenOf, waitReady } from './commands.ts';
import type { Dialect } from './dialect.ts';
import { explainer } from './explain.ts';
import { healthStep } from './health.ts';
import { apiAddress, clusterAddress, lxdNode, type LxdPlace, type LxdSubnets } from './nodes.ts';
import { fill, uses, type Placeholder } from './preseed.ts';
import { defaultThreshold, readSettings, type LxdSettings } from './settings.ts';

/**
 * The document's own order: a cluster of one by preseed, then each node by a preseed of its own, one after the other (joins side by side
 * hang: one of three did, without an end). What is a member already is left alone; what ran and is none may have been about to join, so
 * it is emptied first.
 */
export function deploySteps(
  dialect: Dialect,
  request: LabRequest,
  subnets: LxdSubnets,
  image: string,
  present: Present,
): readonly Step[] {
  const settings = readSettings(dialect, request);
  const places = nodesToForm(request, present.found).map((node) => placeOf(node, subnets));
  const kind = lxdNode(request, image);
  const ground = [...groundSteps(request, subnets, dialect.kind, kind), nodesStep(request, places, kind)];
  if (!settings.form) return [...ground, readyStep(dialect, places)];
  const members = membersOf(present);
  const first = places.find(({ node }) => node === peerAmong(present, members)) ?? places[0];
  if (first === undefined) throw new LabError('internal', 'A lab without nodes.');
  const lacking = places.filter(({ node }) => !members.has(node));
  const joining = lacking.filter(({ node }) => node !== first.node);
  const ran = new Set(present.found.nodes.filter(({ state }) => state !== 'created').map(({ node }) => node));
  const left = lacking.filter(({ node }) => ran.has(node));
  return [
    ...ground,
    ...(left.length === 0 ? [] : [emptyStep(dialect, left, members.size > 0 ? first.node : null)]),
    ...(members.size > 0 ? fresh(dialect, lacking, left) : [bootstrapStep(dialect, first, places, settings)]),
    ...secretSteps(dialect, first, settings, { isMember: members.size > 0, joins: joining.length > 0 }),
    ...joining.flatMap((place) => joinSteps(dialect, first, place, settings)),
    healthStep(
      dialect,
      places.map(({ node }) => node),
      members.size === 0,
    ),
  ];
}

/** Those of the lacking that were not emptied may only just have been started. */
function fresh(dialect: Dialect, lacking: readonly LxdPlace[], emptied: readonly LxdPlace[]): readonly Step[] {
  const places = lacking.filter((place) => !emptied.includes(place));
  return places.length === 0 ? [] : [readyStep(dialect, places)];
}

/** Waits for the daemons. */
export function readyStep(dialect: Dialect, places: readonly LxdPlace[]): StepOf<'commands'> {
  const names = places.length === 1 ? `:${places[0]?.node}` : '';
  return {
    kind: 'commands',
    id: `ready${names}`,
    title: 'Wait for the daemons',
    timeout: 60_000,
    chains: places.map(({ node }) => [waitReady(dialect, node, 50)]),
    explain: explainer(dialect),
  };
}

/** A cluster of one on the first node, while the daemons of the others come up. */
function bootstrapStep(
  dialect: Dialect,
  first: LxdPlace,
  places: readonly LxdPlace[],
  { bootstrap, offlineThreshold }: LxdSettings,
): Step {
  const ready = readyStep(dialect, places);
  const text = fill(bootstrap, { ...known(first), PASSWORD: password });
  const form: readonly NodeCommand[] = [
    ...(uses(bootstrap, 'PASSWORD') ? [makePassword(first.node)] : []),
    preseed(dialect, first.node, text),
    ...(offlineThreshold === defaultThreshold
      ? []
      : [setConfig(dialect, first.node, 'cluster.offline_threshold', offlineThreshold)]),
  ];
  return {
    ...ready,
    id: 'bootstrap',
    title: `Bootstrap on ${first.node}`,
    chains: ready.chains.map((chain) => (chain[0]?.node === first.node ? [...chain, ...form] : chain)),
    asNodesStart: true,
  };
}

/** What joins need beside tokens. Of a password only its hash is kept, so who finishes a lab sets another. */
function secretSteps(
  dialect: Dialect,
  first: LxdPlace,
  { join }: LxdSettings,
  { isMember, joins }: { readonly isMember: boolean; readonly joins: boolean },
): readonly Step[] {
  const certificate: readonly NodeCommand[] = uses(join, 'CERTIFICATE') ? [readCertificate(dialect, first.node)] : [];
  const secret: readonly NodeCommand[] =
    isMember && uses(join, 'PASSWORD')
      ? [
          makePassword(first.node),
          client(dialect, first.node, 'config', 'set', 'core.trust_password', { captured: 'password' }),
        ]
      : [];
  const chain = [...secret, ...certificate];
  if (!joins || chain.length === 0) return [];
  return [commands(dialect, 'trust', 'Take what joining nodes must show', chain)];
}

/** A token where the preseed asks for one, then the join itself, which has a limit here and none in the product. */
export function joinSteps(
  dialect: Dialect,
  first: LxdPlace,
  place: LxdPlace,
  { join }: LxdSettings,
  undo?: readonly NodeCommand[],
): readonly Step[] {
  const { node } = place;
  const api = apiAddress(place);
  const text = fill(join, {
    ...known(place),
    BOOTSTRAP_ADDRESS: clusterAddress(first),
    TOKEN: { captured: tokenOf(node) },
    CERTIFICATE: { captured: 'certificate' },
    PASSWORD: password,
  });
  const chain = [
    ...(api === null ? [] : [setConfig(dialect, node, 'core.https_address', `${api}:8443`)]),
    preseed(dialect, node, text),
  ];
  return [
    ...(uses(join, 'TOKEN')
      ? [commands(dialect, `add:${node}`, `Make a token for ${node}`, [addMember(dialect, first.node, node)])]
      : []),
    { ...commands(dialect, `join:${node}`, `Join ${node}`, chain), ...(undo === undefined ? {} : { undo }) },
  ];
}

/**
 * Makes fresh servers of nodes that are no members: a join that hung or was left half way has put rows, certificates and pools there. They
 * are emptied in place, so that what ends this half way has lost no node.
 * @param peer a member, where there is a cluster
 */
export function emptyStep(dialect: Dialect, places: readonly LxdPlace[], peer: string | null): Step {
  const names = places.map(({ node }) => node);
  return {
    kind: 'commands',
    id: names.length === 1 ? `empty:${names[0]}` : 'empty',
    title: `Empty ${names.join(', ')}: no member, and maybe half way to one`,
    timeout: 60_000,
    chains: names.map((node) => [...empty(dialect, node), ...(peer === null ? [] : forgetJoin(dialect, peer, node))]),
    explain: explainer(dialect),
  };
}

/**
 * Nodes that are members. The list of any member is taken; without one each node that ran must say for itself that it holds nothing.
 * @throws LabError 'source/silent' when one does not answer: what is not known must not be formed again
 */
export function membersOf({ found, view }: Present): ReadonlySet<string> {
  if (view === null) return new Set();
  const listed = view.members.filter(({ role }) => role !== 'PENDING').map(({ name }) => name);
  if (listed.length > 0) return new Set(listed);
  const ran = found.nodes.filter(({ state }) => state !== 'created').map(({ node }) => node);
  const replicas = view.databases.find(({ id }) => id === 'dqlite')?.replicas ?? [];
  const silent = ran.filter((name) => replicas.find(({ node }) => node === name)?.answers !== true);
  if (silent.length > 0) {
    throw new LabError('source/silent', `${silent.join(', ')} did not say whether there is a cluster.`, {
      fix: `Restart ${silent.join(', ')}, then finish.`,
    });
  }
  return new Set(replicas.filter(({ kind }) => kind !== 'none').map(({ node }) => node));
}

/** A member that answers, the leader if it can be: it makes tokens and knows the certificate. */
export function peerAmong({ view, found }: Present, members: ReadonlySet<string>, but?: string): string | null {
  const running = found.nodes.filter(({ state, node }) => state === 'running' && node !== but).map(({ node }) => node);
  const able = running.filter((node) => members.has(node));
  const leader = view === null ? null : leaderOf(view);
  const answering = able.find((node) => view?.nodes.some(({ name, answers }) => name === node && answers.answers));
  return able.find((node) => node === leader) ?? answering ?? able[0] ?? null;
}

function leaderOf(view: LabView): string | null {
  const database = view.databases.find(({ id }) => id === 'dqlite');
  return database === undefined ? null : quorumOf(database).leader;
}

const password: Word = { captured: 'password' };

const known = (place: LxdPlace): Partial<Record<Placeholder, Word>> => ({
  NODE: place.node,
  ADDRESS: clusterAddress(place),
  ...(apiAddress(place) === null ? {} : { API_ADDRESS: apiAddress(place) ?? '' }),
});

const makePassword = (node: string): NodeCommand => ({
  ...on(node, 'cat', '/proc/sys/kernel/random/uuid'),
  capture: { name: 'password', secret: true },
});

/**
 * The document's way to make a certificate fit YAML's double quotes: every line break doubled. Its file is `server.crt`, which in 5.0 is
 * another: `x509: certificate is valid for 127.0.0.1, ::1, not …`.
 */
const readCertificate = ({ folder }: Dialect, node: string): NodeCommand => ({
  ...on(node, 'sed', String.raw`:a;N;$!ba;s/\n/\n\n/g`, `${folder}/cluster.crt`),
  capture: { name: 'certificate', secret: false },
});

function commands(dialect: Dialect, id: string, title: string, chain: readonly NodeCommand[]): StepOf<'commands'> {
  return { kind: 'commands', id, title, timeout: 60_000, chains: [chain], explain: explainer(dialect) };
}
