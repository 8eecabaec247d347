import type { CommandView, RunView, StepState, StepView } from '../../../shared/run.ts';

/** Runs of flows as the backend would push them. Never part of the product. */
const at = Date.now();

const command = (line: string, output: string, exitCode = 0): CommandView => ({
  on: 'node-1',
  line,
  state: 'done',
  startedAt: at - 2000,
  endedAt: at - 1900,
  exitCode,
  output,
  hasSecret: false,
});
const step = (id: string, title: string, state: StepState, commands: readonly CommandView[]): StepView => ({
  id,
  title,
  on: commands.length === 0 ? 'all' : 'node-1',
  state,
  startedAt: at - 2000,
  endedAt: state === 'running' ? null : at - 1000,
  commands,
  note: '',
});

/** A storage pool created too early, which LXD refuses, then as it is meant. */
export const poolRun = (state: 'running' | 'done'): RunView => ({
  id: 'run-7',
  lab: 'lxd-1',
  kind: 'flow',
  title: 'Create a storage pool',
  state,
  startedAt: at - 2000,
  endedAt: state === 'done' ? at - 100 : null,
  made: { containers: 0, networks: 0 },
  steps: [
    step('define', 'Define it on node-1 and node-2', 'done', [
      command('lxc storage create data dir --target node-1', 'Storage pool data pending on member node-1\n'),
      command('lxc storage create data dir --target node-2', 'Storage pool data pending on member node-2\n'),
    ]),
    step('early', 'Create it too early', 'done', [
      command('lxc storage create data dir', 'Error: Pool not defined on nodes: node-3\n', 1),
    ]),
    step('list', 'What LXD lists', state === 'done' ? 'done' : 'running', [
      {
        ...command(
          'lxc storage list',
          '+-------+--------+---------+\n| NAME  | DRIVER |  STATE  |\n+-------+--------+---------+\n| data  | dir    | PENDING |\n| local | dir    | CREATED |\n+-------+--------+---------+\n',
        ),
        ...(state === 'done' ? {} : { state: 'running', endedAt: null, exitCode: null, output: '' }),
      },
    ]),
  ],
});
