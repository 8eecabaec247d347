import { LabError } from '../../../shared/errors.ts';
import type { LabView } from '../../../shared/lab.ts';
import type { LabRequest } from '../../../shared/request.ts';
import type { NodeCommand, Step } from '../../flows/step.ts';
import { refuseUnlessSpare, unmetUncounted } from '../database-health.ts';
import { nodesStep, placeOf } from '../lab-objects.ts';
import type { Present } from '../recipe.ts';
import { client, forgetPending, removeMember } from './commands.ts';
import { emptyStep, joinSteps, membersOf, peerAmong, readyStep } from './deploy.ts';
import type { Dialect } from './dialect.ts';
import { explainer } from './explain.ts';
import { healthStep } from './health.ts';
import { lxdNode, type LxdSubnets } from './nodes.ts';
import { joinTemplate, uses } from './preseed.ts';
import { readSettings } from './settings.ts';

/** A further node joins with a token; where there is no cluster, it is left as it comes. */
export function addSteps(
  dialect: Dialect,
  request: LabRequest,
  subnets: LxdSubnets,
  image: string,
  present: Present,
  node: string,
): readonly Step[] {
  const settings = readSettings(dialect, request);
  const place = placeOf(node, subnets);
  const members = membersOf(present);
  const nodes = nodesStep(request, [place], lxdNode(request, image));
  if (!settings.form && members.size === 0) return [nodes, readyStep(dialect, [place])];
  const peer = needPeer(present, members, node);
  const ran = present.found.nodes.some((found) => found.node === node && found.state !== 'created');
  const join = uses(settings.join, 'TOKEN') ? settings.join : joinTemplate('token');
  // A join that hung is in no list, so what removes a member does not find it.
  const undo = [removeMember(dialect, peer, node, true), forgetPending(dialect, peer, node)];
  // One that is listed and says nothing hung on its way in: it holds nothing yet, and may have taken over half of what it must.
  const isMember = members.has(node) && answers(present, node);
  return [
    nodes,
    // One that hangs would never be ready.
    ran && !isMember ? emptyStep(dialect, [place], peer) : readyStep(dialect, [place]),
    ...(isMember ? [] : joinSteps(dialect, placeOf(peer, subnets), place, { ...settings, join }, undo)),
    healthStep(dialect, [...new Set([...members, node])].toSorted(), false),
  ];
}

/**
 * `cluster remove`, then the container; by force when it does not run. Of a node that is no member only the row of a join is taken away
 * that never ended.
 * @throws LabError 'input/invalid' when the database would lose its quorum
 */
export function removeSteps(
  dialect: Dialect,
  request: LabRequest,
  present: Present,
  node: string,
  force: boolean,
): readonly Step[] {
  const { view } = present;
  if (view === null) throw new LabError('source/silent', 'The lab was not observed, so its members are not known.');
  const members = membersOf(present);
  const remove: Step = {
    kind: 'remove-nodes',
    id: `remove:${node}`,
    title: `Remove the container of ${node}`,
    timeout: 60_000,
    nodes: [node],
  };
  if (!readSettings(dialect, request).form && members.size === 0) return [remove];
  const isMember = members.has(node);
  if (isMember || view.nodes.length <= 1) refuseUnlessSpare(view, node, ['dqlite']);
  const runs = present.found.nodes.some((found) => found.node === node && found.state === 'running');
  const peer = needPeer(present, members, node);
  const leave: readonly NodeCommand[] = isMember
    ? [removeMember(dialect, peer, node, force || !runs)]
    : [forgetPending(dialect, peer, node)];
  return [
    {
      kind: 'commands',
      id: `leave:${node}`,
      title: isMember ? `Remove ${node} from the cluster` : `Forget the join of ${node}`,
      timeout: 90_000,
      chains: [leave],
      explain: explainer(dialect),
    },
    remove,
    {
      kind: 'wait',
      id: `without:${node}`,
      title: `Wait until nobody counts ${node} any more`,
      // The members' own lists of database servers follow with the next heartbeat, every ten seconds.
      timeout: 60_000,
      unmet: (now) => unmetGone(now, node),
      script: [client(dialect, peer, 'cluster', 'list')],
    },
  ];
}

function answers({ view }: Present, node: string): boolean {
  return view?.nodes.some((one) => one.name === node && one.answers.answers) === true;
}

function unmetGone(view: LabView, node: string): string | null {
  if (view.members.some(({ name }) => name === node)) return `still a member: ${node}`;
  return unmetUncounted(view, node);
}

function needPeer(present: Present, members: ReadonlySet<string>, node: string): string {
  const peer = peerAmong(present, members, node);
  if (peer === null) throw new LabError('node/not-running', 'No other member runs.');
  return peer;
}
