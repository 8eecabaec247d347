import type { DatabaseView } from '../../../shared/database.ts';
import type { LabView, NodeView } from '../../../shared/lab.ts';
import type { NodeAction } from '../../../shared/rpc.ts';
import { quorumOf } from '../../../shared/quorum.ts';
import { listed } from '../../lib/format.ts';
import { labWords } from '../words.ts';

const words = labWords.break;

/** What a node can be asked to do now, in the order shown. */
export function actionsFor(node: NodeView): readonly NodeAction[] {
  switch (node.state) {
    case 'running':
      return [
        ...(node.cut ? (['restore'] as const) : []),
        'stop',
        'restart',
        'kill',
        'pause',
        ...(node.cut ? [] : (['cut'] as const)),
      ];
    case 'paused':
      return ['resume', 'stop', 'kill', ...(node.cut ? (['restore'] as const) : [])];
    case 'created':
    case 'stopped':
      return ['start', ...(node.cut ? (['restore'] as const) : [])];
    case 'gone':
    case 'unreachable':
      return [];
  }
}

/** The ones that take a node away from the others; they are listed under «Break…». */
export const breaking: readonly NodeAction[] = ['kill', 'stop', 'pause', 'cut'];

interface Outcome {
  readonly database: DatabaseView;
  readonly leads: boolean;
  readonly voters: number;
  readonly left: number;
  readonly needed: number;
}

function outcome(database: DatabaseView, nodes: readonly string[]): Outcome | null {
  const { state, voters, needed, answering, voting, leader } = quorumOf(database);
  const own = voting.filter((node) => nodes.includes(node)).length;
  if (state === 'unknown' || own === 0) return null;
  return { database, leads: leader !== null && nodes.includes(leader), voters, left: answering - own, needed };
}

/**
 * What the arithmetic of observed votes expects when these nodes fall silent, one sentence for all databases that would notice it alike,
 * e.g. `OVN NB and OVN SB would keep 2 of 3 and elect`. Empty when no vote is touched.
 */
export function expectations(view: LabView, nodes: readonly string[]): readonly string[] {
  const alike = new Map<string, string[]>();
  for (const database of view.databases) {
    const after = outcome(database, nodes);
    if (after === null) continue;
    const words = fate(after);
    alike.set(words, [...(alike.get(words) ?? []), database.short]);
  }
  return [...alike].map(([words, names]) => `${listed(names)} ${words}`);
}

function fate({ leads, left, voters, needed }: Outcome): string {
  return left < needed ? words.wouldLose(left, voters, needed) : words.wouldKeep(left, voters, leads);
}

/** Second sentence of a confirmation: what it leads and what remains (design language, words 18). */
export function consequences(view: LabView, node: string): string {
  const after = view.databases.map((database) => outcome(database, [node])).filter((one) => one !== null);
  if (after.length === 0) return words.noVote;
  const leads = after.filter((one) => one.leads).map((one) => one.database.short);
  const lost = after.filter((one) => one.left < one.needed).map((one) => one.database.short);
  const first = leads.length === 0 ? '' : words.leads(leads);
  if (lost.length > 0) return `${first}${words.loses(lost)}`;
  const tightest = after.reduce((worst, next) => (next.left - next.needed < worst.left - worst.needed ? next : worst));
  return `${first}${words.remain(tightest.left, tightest.voters, tightest.left - tightest.needed)}`;
}

/** What removing a member does to the votes, e.g. `OVN NB and OVN SB go from 3 voters to 2 and may then lose 0.` */
export function removal(view: LabView, node: string): string {
  const touched = view.databases.flatMap((database) => {
    const { members, voters } = quorumOf(database);
    if (!members.includes(node)) return [];
    return [{ short: database.short, voters }];
  });
  if (touched.length === 0) return words.notCounted;
  const sizes = [...new Set(touched.map((one) => one.voters))];
  return sizes
    .map((voters) => {
      const names = touched.filter((one) => one.voters === voters).map((one) => one.short);
      const lose = Math.max(0, Math.ceil((voters - 1) / 2) - 1);
      return words.shrinks(names, voters, lose);
    })
    .join(' ');
}
