import { LabError } from '../../../../shared/errors.ts';
import { label } from '../../../engines/labels.ts';
import type { NodeCommand, Step } from '../../../flows/step.ts';
import { nodesStep, placeOf } from '../../lab-objects.ts';
import type { FlowRequest, RecipeFlow } from '../../recipe.ts';
import { on, sql } from '../commands.ts';
import type { Dialect } from '../dialect.ts';
import { lxdNode } from '../nodes.ts';
import { nodeOf, typed } from './asked.ts';
import { startAgain, stopDaemon } from './daemon.ts';

/** What the daemon logs while others run an older version (lxd/daemon.go, LXD 5.0 and Incus 6.0 and 7.0). */
const waits = 'Wait for other cluster nodes to upgrade their versions';

/** One member of a rolling upgrade: its container is replaced by one of the next version, over the same data. */
export function upgradeFlow(dialect: Dialect): RecipeFlow {
  const { title } = dialect;
  const lagging =
    dialect.kind === 'incus'
      ? 'Incus calls members that lag behind Blocked'
      : 'LXD 5.0 was to call members that lag behind Blocked and does not: a defect of its own';
  return {
    info: {
      id: 'upgrade',
      title: `Upgrade ${title} on it`,
      help: `Its container is replaced by one of the next version, over the same data. Until all members are upgraded it waits for them and answers nothing. ${lagging}.`,
      group: 'Upgrade',
      on: 'node',
      parameters: [],
      loses: 'The way back: the older version cannot read a database of the newer one.',
    },
    plan: (asked) => upgrade(dialect, asked),
  };
}

function upgrade(dialect: Dialect, asked: FlowRequest): readonly Step[] {
  const node = nodeOf(asked);
  const { request, nextImage, present, subnets } = asked;
  if (nextImage === undefined) throw new LabError('internal', `There is no next image of ${dialect.title}.`);
  refuseWithoutData(asked, node);
  const kind = { ...lxdNode(request, nextImage), takesOver: true };
  const others = present.found.nodes.length - 1;
  return [
    {
      kind: 'image',
      id: 'image',
      title: `Have the image of the next ${dialect.title}`,
      timeout: 1_800_000,
      image: `${dialect.kind}-next`,
      tag: nextImage,
    },
    typed(
      'versions',
      'Show which version each member has',
      [sql(dialect, node, 'global', 'SELECT name, schema, api_extensions FROM nodes')],
      {
        timeout: 20_000,
        explain: (_output, _command, timedOut) =>
          timedOut
            ? {
                message: `${node} does not answer.`,
                fix: 'One that is upgraded already waits for the others: upgrade those.',
              }
            : null,
      },
    ),
    typed('stop', `Stop the daemon of ${node}: it hands its roles on`, stopDaemon(dialect, node), {
      undo: startAgain(dialect, node),
    }),
    {
      kind: 'remove-nodes',
      id: 'container',
      title: `Remove the container of ${node}, and keep its data`,
      timeout: 60_000,
      nodes: [node],
      keepVolumes: true,
    },
    nodesStep(request, [placeOf(node, subnets)], kind),
    typed(
      'begun',
      others === 0 ? `Wait until ${node} answers` : `Wait until ${node} answers, or waits for the others`,
      [answersOrWaits(dialect, node)],
      { timeout: 90_000 },
    ),
  ];
}

/** Prints `ready`, or what the daemon says while it waits. All its words are ours. */
function answersOrWaits({ admin, log }: Dialect, node: string): NodeCommand {
  const script = `until ${admin.join(' ')} waitready --timeout=1 2>/dev/null && echo ready || grep -m 1 '${waits}' ${log}; do sleep 0.2; done`;
  return on(node, 'bash', '-c', script);
}

/** Labs of an earlier Quorate keep everything in the container. */
function refuseWithoutData({ present }: FlowRequest, node: string): void {
  const found = present.found.nodes.find((one) => one.node === node);
  if (found === undefined || found.labels[label.volumes] !== undefined) return;
  throw new LabError('input/invalid', `${node} keeps its data in its container: it would be lost with it.`, {
    field: 'node',
    fix: 'Deploy a new lab: its nodes keep their data apart.',
  });
}
