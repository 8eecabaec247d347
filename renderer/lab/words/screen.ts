import type { DatabaseView } from '../../../shared/database.ts';
import { clockTime, count } from '../../lib/format.ts';

/** The strip, the recorder, the past, and what the palette offers. */
export const screenWords = {
  past: {
    asItWas: (at: number) => `As it was at ${clockTime(at)}`,
    unseen: (at: number) => `${clockTime(at)} was not recorded`,
    at: (at: number) => `At ${clockTime(at)}`,
    backToLive: 'Back to live',
    backFrom: (at: number) => `${clockTime(at)} · back to live`,
    backKey: 'Back to live (End)',
    notRecorded: 'Not recorded',
    before: (until: number) => `What is kept of this lab begins at ${clockTime(until)}.`,
    nobodyLooked: (from: number, until: number) =>
      `Nobody looked at this lab from ${clockTime(from)} to ${clockTime(until)}, so its databases were not asked.`,
    failed: 'The backend did not answer what it kept of that moment.',
    notThere: (node: string, at: number) => `${node} was not there at ${clockTime(at)}.`,
    lastKnown: (at: number, how: string | null) =>
      `as of ${clockTime(at)}${how === null ? '' : `, before it was ${how}`}`,
    noLonger: 'What follows was true then. Now it is not known.',
  },

  strip: {
    name: 'Quorum',
    nameAt: (at: number) => `Quorum as it was at ${clockTime(at)}`,
    firstAnswer: 'Not known yet',
    asking: 'Asking the nodes',
    answering: (answering: number, all: number) =>
      `${String(answering)} of ${count(all, 'node')} ${answering === 1 ? 'answers' : 'answer'}`,
    inDatabases: (number: number) => `, in ${String(number)} databases`,
    cell: (title: string) => `${title}: who thinks who leads`,
    askingFor: 'asking',
    unheard: 'nobody was heard',
    nobodyHolds: 'no node has a copy',
    more: (number: number, bad: number) =>
      `${String(number)} more${bad === 0 ? ', all well' : `, ${String(bad)} not well`}`,
    protocol: {
      'ovsdb-raft': 'ovsdb raft',
      dqlite: 'dqlite',
      'ovsdb-sync': 'active-backup',
      'postgres-stream': 'streaming',
    } satisfies Record<DatabaseView['protocol'], string>,
  },

  recorder: {
    name: 'Flight recorder',
    title: 'Recorder',
    slider: 'Time: event by event with left and right, live with End',
    live: 'live',
    noEvents: 'No events yet.',
    notStarted: 'The recorder has not started.',
    startedAt: (at: number) => `The recorder started at ${clockTime(at)}; no role has changed since.`,
    nothingBefore: 'Nothing was recorded before this.',
    more: (number: number) => `${String(number)} more`,
    bar: (title: string, label: string, from: number, to: number | null) =>
      `${title}: ${label}, from ${clockTime(from)}${to === null ? '' : ` to ${clockTime(to)}`}`,
    noLeader: 'no leader',
    inTerm: (words: string, term: string) => `${words} · term ${term}`,
    node: {
      start: 'started',
      die: 'ended',
      stop: 'stopped',
      kill: 'killed',
      pause: 'paused',
      unpause: 'resumed',
      cut: 'cut',
      restore: 'network restored',
      create: 'created',
      destroy: 'removed',
      silent: 'silent',
      answers: 'answers again',
    } as Readonly<Record<string, string>>,
    joined: (node: string) => `${node} joined`,
    left: (node: string) => `${node} left`,
    ended: 'ended',
    stopped: 'stopped',
    nodeDid: (node: string, what: string) => `${node} ${what}`,
    runDid: (run: string, what: string) => `${run}: ${what}`,
    leads: (database: string, node: string, term: string) => `${database}: ${node} leads${term}`,
    leaderless: (database: string, term: string) => `${database}: no leader${term}`,
    observing: { start: 'Observation begins', stop: 'Observation ends: nobody looks' } as Readonly<
      Record<string, string>
    >,
    sentenceTerm: (term: string) => ` in term ${term}`,
    change: (database: string, node: string, action: string, was: string, is: string) =>
      `${database}${node === '' ? '' : ` on ${node}`}: ${action} ${was === '' ? '' : `${was} → `}${is}`.trim(),
  },

  palette: {
    layer: (title: string) => `the layer ${title}`,
    shell: (node: string) => `Open a shell on ${node}`,
    show: (what: string) => `Show ${what}`,
    hide: (what: string) => `Hide ${what}`,
    thinks: (database: string) => `Show who thinks who leads ${database}`,
    groups: { databases: 'Databases', canvas: 'Canvas', dock: 'Dock' },
    dock: 'the dock',
    split: 'Split the dock',
    join: 'Join the dock',
    typeAll: 'Type into all nodes',
    typeOne: 'Stop typing into all nodes',
    addNode: 'Add a node',
  },
} as const;
