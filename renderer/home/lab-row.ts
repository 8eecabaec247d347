import type { DatabaseView } from '../../shared/database.ts';
import type { LabSummary, NodeState } from '../../shared/lab.ts';
import { quorumOf, type Quorum } from '../../shared/quorum.ts';
import type { RunView } from '../../shared/run.ts';
import { listed } from '../lib/format.ts';
import { progressOf } from '../lib/progress.ts';
import { words } from '../lib/words.ts';
import type { MarkKind } from '../parts/kinds.ts';

/** The one button that helps. */
export type Help =
  | { readonly do: 'open'; readonly title: string }
  | { readonly do: 'finish'; readonly title: string }
  | { readonly do: 'start-all'; readonly title: string }
  | {
      readonly do: 'node';
      readonly title: string;
      readonly node: string;
      readonly action: 'start' | 'resume' | 'restore';
    };

export interface Meter {
  readonly short: string;
  readonly quorum: Quorum;
  /** `may lose 1`, or why no margin can be told: `asking`, `unknown`, `no leader`. */
  readonly said: string;
}

/** What a row of «Your labs» shows: the mark, and meters or one sentence, and the button that helps most. */
export interface RowSaid {
  readonly mark: MarkKind;
  /** How the heading counts it. */
  readonly group: 'running' | 'needs you' | 'stopped' | 'changing';
  readonly tone: 'plain' | 'warn' | 'danger';
  /** Under the name, e.g. `2 of 3 nodes run`. */
  readonly nodes: string;
  /** The sentence that stands out; `''` when all is well. */
  readonly news: string;
  readonly note: string;
  /** Empty where a sentence takes their place. */
  readonly meters: readonly Meter[];
  readonly help: Help;
}

/** A lab that was left half done. */
function unfinished({ warnings: [warning] }: LabSummary): Omit<RowSaid, 'nodes' | 'meters'> {
  return {
    mark: 'warn',
    group: 'needs you',
    tone: 'warn',
    news: words.row.incomplete,
    note: warning?.message ?? words.row.notOurs,
    help: { do: 'finish', title: words.row.finish },
  };
}

/**
 * Worst first: no engine, a run that waits for the user, a database without quorum, nodes that are not up, a lab never finished.
 * @param databases as observed now, else as last observed; empty while nobody asked
 * @param isAsked whether this row has its nodes asked now; what an earlier observation did not hear stays unknown
 */
export function rowSaid(
  lab: LabSummary,
  run: RunView | undefined,
  databases: readonly DatabaseView[],
  engineAnswers: boolean,
  isAsked: boolean,
): RowSaid {
  const open: Help = { do: 'open', title: words.row.open };
  const running = lab.nodes.filter((node) => node.state === 'running').length;
  const all = lab.nodes.length;
  const nodes = running === all || running === 0 ? words.home.nodes(all) : words.row.someRun(running, all);
  const base = { nodes, meters: [], news: '', note: '', tone: 'plain', help: open } as const;

  if (!engineAnswers) return { ...base, mark: 'todo', group: 'stopped', note: words.row.engineAway };
  if (run !== undefined) return { ...base, ...runSaid(run) };
  if (lab.runId !== null || lab.state === 'forming') return { ...base, mark: 'run', group: 'changing' };

  const meters = databases.map((database) => meterOf(database, isAsked));
  const lost = meters.find(({ quorum }) => quorum.state === 'lost');
  const down = downSaid(lab);
  if (running > 0 && lost !== undefined) {
    const { answering, voters, needed } = lost.quorum;
    const note = words.row.noQuorumNote(answering, voters, needed);
    const help = down?.help ?? open;
    return {
      ...base,
      mark: 'danger',
      group: 'needs you',
      tone: 'danger',
      news: words.row.noQuorum(lost.short),
      note,
      help,
    };
  }
  // A node that was never started was never formed: starting it would not help.
  if (lab.state === 'incomplete' && lab.nodes.some((node) => node.state === 'created'))
    return { ...base, ...unfinished(lab) };
  if (running === 0 && down !== null && down.resting) {
    const help: Help = { do: 'start-all', title: words.row.start };
    return { ...base, mark: 'stopped', group: 'stopped', note: words.row.asleep, help };
  }
  if (down !== null)
    return {
      ...base,
      mark: 'warn',
      group: 'needs you',
      tone: 'warn',
      news: down.news,
      note: words.row.others(running, all),
      help: down.help,
    };
  if (lab.state === 'incomplete') return { ...base, ...unfinished(lab) };
  if (meters.length === 0) {
    const note = lab.warnings[0]?.message ?? (isAsked ? words.row.notObserved : words.row.neverObserved);
    return { ...base, mark: lab.warnings.length > 0 ? 'warn' : isAsked ? 'run' : 'todo', group: 'running', note };
  }
  if (meters.every(({ quorum }) => quorum.state === 'unknown')) {
    const note = isAsked ? words.row.stillAsking : words.row.noneAnswered;
    return { ...base, mark: isAsked ? 'run' : 'todo', group: 'running', note };
  }
  return { ...base, mark: markOf(meters, isAsked), group: 'running', meters };
}

function meterOf(database: DatabaseView, isAsked: boolean): Meter {
  const quorum = quorumOf(database);
  return { short: database.short, quorum, said: marginOf(quorum, isAsked) };
}

/** A margin is claimed only where every voter was heard or is known to be silent. */
function marginOf(quorum: Quorum, isAsked: boolean): string {
  if (quorum.asking && isAsked) return words.row.asking;
  if (quorum.asking || quorum.state === 'unknown') return words.row.unknown;
  return quorum.state === 'no-leader' ? words.row.noLeader : words.row.mayLose(quorum.mayLose);
}

function markOf(meters: readonly Meter[], isAsked: boolean): MarkKind {
  const known = meters.filter(({ quorum }) => quorum.state !== 'unknown' && !quorum.asking);
  if (known.some(({ quorum }) => quorum.state === 'no-leader' || (quorum.voters > 1 && quorum.mayLose === 0)))
    return 'warn';
  if (known.length === meters.length) return 'ok';
  return isAsked ? 'run' : 'todo';
}

function runSaid(run: RunView): Pick<RowSaid, 'mark' | 'group' | 'tone' | 'news' | 'note' | 'help'> {
  const { at, all } = progressOf(run);
  const show: Help = { do: 'open', title: words.row.show };
  if (run.state === 'failed') {
    const note = run.error?.message ?? '';
    return {
      mark: 'danger',
      group: 'needs you',
      tone: 'danger',
      news: words.run.stoppedAt(at, all) + '.',
      note,
      help: show,
    };
  }
  const step = run.steps[at - 1]?.title ?? '';
  return { mark: 'run', group: 'changing', tone: 'plain', news: words.row.step(at, all), note: step, help: show };
}

/** What is not up, the most frequent way of it, and the way out. Null when every node runs and is connected. */
function downSaid(lab: LabSummary): { news: string; help: Help; resting: boolean } | null {
  const cut = lab.nodes.filter((node) => node.state === 'running' && node.cut);
  const order: readonly NodeState[] = ['unreachable', 'gone', 'stopped', 'created', 'paused'];
  const state = order.find((wanted) => lab.nodes.some((node) => node.state === wanted));
  if (state === undefined || state === 'running') {
    if (cut.length === 0) return null;
    const first = cut[0]?.name ?? '';
    const news = words.row.nodeIs.cut(listed(cut.map((node) => node.name)), cut.length > 1);
    const help: Help =
      cut.length === 1
        ? { do: 'node', node: first, action: 'restore', title: words.row.restoreNode(first) }
        : { do: 'open', title: words.row.open };
    return { news, help, resting: false };
  }
  const such = lab.nodes.filter((node) => node.state === state).map((node) => node.name);
  const first = such[0] ?? '';
  const resting = state === 'stopped' || state === 'created';
  const news = words.row.nodeIs[state](listed(such), such.length > 1);
  if (state === 'gone' || state === 'unreachable')
    return { news, help: { do: 'open', title: words.row.open }, resting };
  if (such.length > 1) return { news, help: { do: 'start-all', title: words.row.startNodes(such.length) }, resting };
  if (state === 'paused')
    return { news, help: { do: 'node', node: first, action: 'resume', title: words.row.resumeNode(first) }, resting };
  return { news, help: { do: 'node', node: first, action: 'start', title: words.row.startNode(first) }, resting };
}
