import { LabError } from '../../../../shared/errors.ts';
import type { NodeCommand, Step, StepOf } from '../../../flows/step.ts';
import type { FlowRequest, RecipeFlow } from '../../recipe.ts';
import { client, on } from '../commands.ts';
import type { Dialect } from '../dialect.ts';
import { leaderOf, peerOf, quorumIn, typed } from './asked.ts';
import { killDaemon, startAgain, stopDaemon } from './daemon.ts';

/** Milliseconds until a call succeeds again: 10 to 40 s were measured after a power cut (facts/lxd.md section 6). */
const awayTimeout = 150_000;

/** Calls that are made while the leader is stopped; each takes about 0.05 s, with 0.1 s between. */
const watchedCalls = 40;

/** Three ways in which a leader goes, and what each does to who calls the API of another member. */
export function leaderFlows(dialect: Dialect): readonly RecipeFlow[] {
  const flow = (id: string, title: string, help: string, plan: (leader: string, peer: string) => readonly Step[]) => ({
    info: { id, title, help, group: 'Failures', on: 'lab' as const, parameters: [] },
    plan: (asked: FlowRequest) => {
      const leader = leaderOf(asked, dialect);
      refuseWithoutMajority(asked, leader);
      const peer = peerOf(asked, leader);
      return [...plan(leader, peer), newLeader(dialect, leader, peer)];
    },
  });
  return [
    flow(
      'stop-leader',
      'Stop the leader gracefully',
      `SIGTERM: the leader hands leadership on before it ends. ${watchedCalls} calls to another member, made meanwhile, tell how many failed.`,
      (leader, peer) => [
        {
          ...typed('stop', `Stop ${leader}, calling the API of ${peer} meanwhile`, []),
          chains: [stopDaemon(dialect, leader), [countFailures(dialect, peer)]],
          undo: startAgain(dialect, leader),
        },
      ],
    ),
    flow(
      'kill-leader',
      'Kill the leader’s process',
      'SIGKILL: connections break at once, and the others elect. Calls to another member fail until one of them leads; how long is measured.',
      (leader, peer) => [
        typed('kill', `Kill the daemon of ${leader}`, killDaemon(dialect, leader), {
          undo: startAgain(dialect, leader),
        }),
        firstAnswer(dialect, peer),
      ],
    ),
    flow(
      'cut-leader',
      'Cut the leader’s power',
      'The node vanishes with its address: nothing tells its peers, so their calls wait for it, and it takes far longer than after a kill. How long is measured.',
      (leader, peer) => [
        { kind: 'power-cut', id: 'cut', title: `Cut the power of ${leader}`, timeout: 30_000, nodes: [leader] },
        firstAnswer(dialect, peer),
      ],
    ),
  ];
}

function refuseWithoutMajority(asked: FlowRequest, leader: string): void {
  if ((quorumIn(asked.present.view)?.mayLose ?? 0) > 0) return;
  throw new LabError('input/invalid', `Without ${leader} no majority is left: nobody else could lead.`, {
    field: 'flow',
    fix: 'Three voters that answer are the fewest. To see quorum lost, kill nodes one by one.',
  });
}

/** A constant script with `program` in it, which is one of ours. It prints, e.g. `0 of 40 calls failed.` */
function countFailures({ client: program }: Dialect, peer: string): NodeCommand {
  const script =
    `failed=0; for call in {1..${watchedCalls}}; do ` +
    `timeout 2 ${program} query /1.0/cluster/members >/dev/null || failed=$((failed + 1)); sleep 0.1; done; ` +
    `echo "$failed of ${watchedCalls} calls failed."`;
  return on(peer, 'bash', '-c', script);
}

/** Calls until one succeeds, and prints how long that was and what the last refused one said. */
function firstAnswer({ client: program }: Dialect, peer: string): Step {
  const script =
    `TIMEFORMAT='The API answered after %R s.'; ` +
    `time until said=$(timeout 2 ${program} query /1.0/cluster/members 2>&1); do last=\${said:-no answer within 2 s}; sleep 0.2; done; ` +
    `echo "The last one that failed: \${last:-none failed}"`;
  return typed('away', `Call the API of ${peer} until it answers`, [on(peer, 'bash', '-c', script)], {
    timeout: awayTimeout,
  });
}

function newLeader(dialect: Dialect, old: string, peer: string): StepOf<'wait'> {
  return {
    kind: 'wait',
    id: 'leader',
    title: 'Wait until another leads',
    timeout: awayTimeout,
    unmet: (view) => {
      const leader = quorumIn(view)?.leader ?? null;
      return leader === null || leader === old ? `${leader ?? 'nobody'} leads` : null;
    },
    tells: (view) => `${quorumIn(view)?.leader} leads`,
    script: [client(dialect, peer, 'cluster', 'list')],
  };
}
