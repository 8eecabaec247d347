import { LabError } from '../../../../shared/errors.ts';
import type { LabView } from '../../../../shared/lab.ts';
import type { NodeCommand, StepOf } from '../../../flows/step.ts';
import type { FlowRequest, RecipeFlow } from '../../recipe.ts';
import { client, on } from '../commands.ts';
import type { Dialect } from '../dialect.ts';
import { databaseOf, nodeOf, peerOf, quorumIn, typed } from './asked.ts';
import { startAgain, stopOrKill } from './daemon.ts';

/** Milliseconds until the roles have settled: with a threshold of 20 s a killed voter was replaced after 28 to 31 s (facts/lxd.md). */
const rolesTimeout = 150_000;

/** Sets failure domains, and shows what they are for. */
export function roleFlows(dialect: Dialect): readonly RecipeFlow[] {
  return [
    {
      info: {
        id: 'failure-domain',
        title: 'Set its failure domain',
        help: 'Members of one failure domain are expected to fail together, e.g. those in one rack. It is preferred when a role in the database is given to another.',
        group: 'Roles',
        on: 'node',
        parameters: [
          {
            key: 'domain',
            title: 'Failure domain',
            help: 'Letters, digits, dots, hyphens and underscores, e.g. rack-1.',
            type: 'text',
            default: 'rack-1',
            max: 63,
            required: true,
          },
        ],
      },
      check: (asked) => void domainFrom(asked),
      plan: (asked) => {
        const node = nodeOf(asked);
        const peer = peerOf(asked);
        return [
          typed('edit', `Edit ${node}: failure_domain`, editDomain(dialect, peer, node, domainFrom(asked))),
          typed('list', 'List the members', [client(dialect, peer, 'cluster', 'list')]),
        ];
      },
    },
    {
      info: {
        id: 'move-role',
        title: 'Stop it and see who takes its role',
        help: 'Stops the daemon of a database member and tells which other member gets its vote, and whether that one is in the same failure domain. The member stays down: `start-daemon` brings it back.',
        group: 'Roles',
        on: 'node',
        parameters: [
          {
            key: 'how',
            title: 'How',
            help: 'A daemon that is stopped hands its role on; one that is killed is replaced once it counts as offline.',
            type: 'choice',
            default: 'stop',
            choices: [
              { value: 'stop', title: 'Stop (SIGTERM)' },
              { value: 'kill', title: 'Kill (SIGKILL)' },
            ],
          },
        ],
      },
      plan: (asked) => moveRole(dialect, asked),
    },
  ];
}

/** What the document does with `show | sed | edit`: there is no verb that sets one property in LXD 5.0. */
function editDomain(dialect: Dialect, peer: string, node: string, domain: string): readonly NodeCommand[] {
  const capture = (name: string) => ({ name, secret: false });
  return [
    { ...client(dialect, peer, 'cluster', 'show', node), capture: capture('member') },
    {
      ...on(peer, 'sed', `s/^failure_domain: .*/failure_domain: "${domain}"/`),
      stdin: [{ captured: 'member' }],
      capture: capture('edited'),
    },
    { ...client(dialect, peer, 'cluster', 'edit', node), stdin: [{ captured: 'edited' }] },
  ];
}

/** What `sed` and YAML both take as it is. @throws LabError 'input/invalid' */
function domainFrom({ settings }: Pick<FlowRequest, 'settings'>): string {
  const domain = String(settings.domain ?? '').trim();
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(domain)) return domain;
  throw new LabError('input/invalid', `«${domain}» cannot be set as a failure domain here.`, {
    field: 'settings.domain',
    fix: 'Use letters, digits, dots, hyphens and underscores, e.g. rack-1',
  });
}

function moveRole(dialect: Dialect, asked: FlowRequest) {
  const node = nodeOf(asked);
  const peer = peerOf(asked, node);
  const { view } = asked.present;
  const before = votersIn(view);
  if (!before.includes(node)) {
    throw new LabError('input/invalid', `${node} has no vote in the database, so nobody would take it.`, {
      field: 'node',
      ...(before.length === 0 ? {} : { fix: `${before.join(', ')} vote.` }),
    });
  }
  if ((quorumIn(view)?.mayLose ?? 0) === 0) {
    throw new LabError('input/invalid', `Without ${node} no majority is left, and nobody could give its role away.`, {
      field: 'node',
      fix: 'Add members first, or bring back those that are down.',
    });
  }
  const list = client(dialect, peer, 'cluster', 'list');
  return [
    typed('before', 'List the members', [list]),
    typed('stop', `Stop ${node}`, stopOrKill(dialect, node, asked.settings.how === 'kill'), {
      undo: startAgain(dialect, node),
    }),
    settled(asked, node, before, list),
    typed('after', 'List the members', [list]),
  ];
}

/** Waits until somebody else votes, where there is somebody who did not, and tells who. */
function settled(asked: FlowRequest, node: string, before: readonly string[], list: NodeCommand): StepOf<'wait'> {
  const { found, view } = asked.present;
  const others = found.nodes.filter((one) => one.state === 'running' && one.node !== node).map((one) => one.node);
  const free = others.filter((other) => !before.includes(other));
  const domain = domainOf(view, node);
  const pickedIn = (now: LabView) => votersIn(now).filter((one) => one !== node && !before.includes(one));
  return {
    kind: 'wait',
    id: 'settled',
    title: 'Wait until its role is taken',
    timeout: rolesTimeout,
    unmet: (now) => {
      const leader = quorumIn(now)?.leader ?? null;
      if (leader === null || leader === node) return 'no other member leads yet';
      if (free.length === 0 || pickedIn(now).length > 0) return null;
      return `${free.join(', ')} ${free.length === 1 ? 'has' : 'have'} no vote yet`;
    },
    tells: (now) => {
      const picked = pickedIn(now);
      if (picked.length === 0) return `nobody could take it: ${others.join(', ')} had a vote already`;
      return picked
        .map((one) => {
          const its = domainOf(now, one) ?? domainOf(view, one);
          if (its === null || domain === null) return `${one} took it`;
          return its === domain
            ? `${one} took it, in the same failure domain ${its}`
            : `${one} took it: failure domain ${its}, not ${domain}`;
        })
        .join('; ');
    },
    script: [list],
  };
}

function votersIn(view: LabView | null): readonly string[] {
  const replicas = databaseOf(view)?.replicas ?? [];
  return replicas.filter(({ answers, votes }) => answers && votes === true).map(({ node }) => node);
}

function domainOf(view: LabView | null, member: string): string | null {
  const facts = view?.members.find(({ name }) => name === member)?.facts ?? [];
  return facts.find(({ label }) => label === 'Failure domain')?.value ?? null;
}
