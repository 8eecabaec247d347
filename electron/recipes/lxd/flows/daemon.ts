import type { NodeCommand } from '../../../flows/step.ts';
import type { RecipeFlow } from '../../recipe.ts';
import { on, waitReady } from '../commands.ts';
import type { Dialect } from '../dialect.ts';
import { nodeOf, typed } from './asked.ts';

/** SIGTERM and the wait for its end (0.5 s where a majority is there): the daemon hands its roles on. */
export const stopDaemon = (dialect: Dialect, node: string): readonly NodeCommand[] => [
  on(node, 'sv', '-w', '30', 'down', dialect.service),
];

/** SIGKILL, with nothing handed on. `once` first: else its supervisor has it running again before anybody misses it. */
export const killDaemon = (dialect: Dialect, node: string): readonly NodeCommand[] => [
  on(node, 'sv', 'once', dialect.service),
  on(node, 'pkill', '-KILL', '-x', dialect.daemon),
];

export const stopOrKill = (dialect: Dialect, node: string, kill: boolean): readonly NodeCommand[] =>
  kill ? killDaemon(dialect, node) : stopDaemon(dialect, node);

export const startAgain = (dialect: Dialect, node: string): readonly NodeCommand[] => [
  on(node, 'sv', '-w', '30', 'up', dialect.service),
];

/** Stops and starts the daemon of a node while the node runs: what `systemctl` does elsewhere. */
export function daemonFlows(dialect: Dialect): readonly RecipeFlow[] {
  const { title } = dialect;
  return [
    {
      info: {
        id: 'stop-daemon',
        title: `Stop its ${title} daemon`,
        help: `Ends ${title} on a node that runs on. Stopped, it hands its roles in the database on; killed, it does not.`,
        group: 'Failures',
        on: 'node',
        parameters: [
          {
            key: 'kill',
            title: 'Kill it',
            help: 'SIGKILL instead of SIGTERM. Without a majority the daemon does not end on SIGTERM.',
            type: 'boolean',
            default: false,
          },
        ],
      },
      plan: (asked) => {
        const node = nodeOf(asked);
        const kill = asked.settings.kill === true;
        return [typed('stop', `${kill ? 'Kill' : 'Stop'} the daemon of ${node}`, stopOrKill(dialect, node, kill))];
      },
    },
    {
      info: {
        id: 'start-daemon',
        title: `Start its ${title} daemon`,
        help: `Starts ${title} on a node again, after it was stopped or killed.`,
        group: 'Failures',
        on: 'node',
        parameters: [],
      },
      plan: (asked) => {
        const node = nodeOf(asked);
        return [
          typed('start', `Start the daemon of ${node}`, [...startAgain(dialect, node), waitReady(dialect, node, 60)], {
            timeout: 100_000,
          }),
        ];
      },
    },
  ];
}
