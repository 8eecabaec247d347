import type { NodeAction } from '../../../shared/rpc.ts';
import { listed } from '../../lib/format.ts';

/** The ways to break a node. */
export const breakWords = {
  break: {
    titles: {
      stop: 'Stop',
      start: 'Start',
      restart: 'Restart',
      kill: 'Kill',
      pause: 'Pause',
      resume: 'Resume',
      cut: 'Cut network',
      restore: 'Restore network',
    } satisfies Record<NodeAction, string>,
    short: {
      stop: 'Stop',
      start: 'Start',
      restart: 'Restart',
      kill: 'Kill',
      pause: 'Pause',
      resume: 'Resume',
      cut: 'Cut',
      restore: 'Restore',
    } satisfies Record<NodeAction, string>,
    /** What each way of breaking does, where no vote is touched. */
    means: {
      stop: 'SIGTERM; its daemons may hand over first',
      start: '',
      restart: '',
      kill: 'SIGKILL; nobody is told',
      pause: 'Frozen; it holds its connections and answers nobody',
      resume: '',
      cut: 'Runs on, reaches nobody',
      restore: '',
    } satisfies Record<NodeAction, string>,
    asks: (title: string) => `${title}…`,
    of: (title: string, node: string) => `${title} ${node}`,
    kill: (node: string) => `Kill ${node}?`,
    leave: 'Leave it',
    killGo: (node: string) => `Kill ${node}`,
    remove: (node: string) => `Remove ${node} from the cluster?`,
    removes: 'Removes',
    container: (lab: string, node: string) => `container ${lab}-${node} with its data`,
    keep: (node: string) => `Keep ${node}`,
    removeGo: (node: string) => `Remove ${node}`,
    shell: 'Shell',
    logs: 'Logs',
    removeItem: 'Remove from the cluster…',
    wouldLose: (left: number, voters: number, needed: number) =>
      `would lose quorum: ${String(left)} of ${String(voters)} ${left === 1 ? 'answers' : 'answer'}, ${String(needed)} are needed`,
    wouldKeep: (left: number, voters: number, elects: boolean) =>
      `would keep ${String(left)} of ${String(voters)}${elects ? ' and elect' : ''}`,
    noVote: 'It has no vote in any database.',
    leads: (databases: readonly string[]) => `It leads ${listed(databases)}. `,
    loses: (databases: readonly string[]) =>
      `${listed(databases)} would lose ${databases.length > 1 ? 'their' : 'its'} quorum: writes stop until a majority answers again.`,
    remain: (left: number, voters: number, spare: number) =>
      `${String(left)} of ${String(voters)} will remain: enough, with ${spare === 0 ? 'none' : String(spare)} to spare.`,
    notCounted: 'No database counts its vote.',
    shrinks: (databases: readonly string[], voters: number, lose: number) =>
      `${listed(databases)} ${databases.length > 1 ? 'go' : 'goes'} from ${String(voters)} voters to ${String(voters - 1)} and may then lose ${String(lose)}.`,
  },
} as const;
