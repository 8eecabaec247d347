import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { Handlers, Topic } from '../../../electron/rpc/door.ts';
import { openBrowserDoor, type BrowserDoor } from '../../../electron/serve/browser-door.ts';
import type { EngineHealth } from '../../../shared/engine.ts';
import { LabError } from '../../../shared/errors.ts';
import type { LabEvent } from '../../../shared/event.ts';
import type { LabSummary, LabView, NodeState } from '../../../shared/lab.ts';
import type { RecipeCard, TopicName, TopicValue } from '../../../shared/rpc.ts';
import type { RunView, StepState, StepView } from '../../../shared/run.ts';
import { cluster } from '../../../shared/fakes/replicas.ts';

/** What the page is shown, pushed by a test: the real door, and answers that the test wrote. */
export interface Scene {
  readonly engine?: EngineHealth;
  readonly labs?: readonly LabSummary[];
  readonly runs?: readonly RunView[];
  /** What is observed of any lab, and its record. */
  readonly view?: LabView;
  readonly events?: readonly LabEvent[];
  /** Nothing is ever answered. */
  readonly mute?: true;
  /** Instead of the answers below. */
  readonly calls?: Partial<Handlers['calls']>;
}

export const ready: EngineHealth = {
  state: 'ready',
  engine: 'docker',
  version: '27.3.1',
  apiVersion: '1.47',
  cores: 16,
  memoryMiB: 21_504,
  tried: [],
  message: '',
  fix: '',
};
export const missing: EngineHealth = {
  ...ready,
  state: 'missing',
  engine: null,
  version: null,
  tried: ['/var/run/docker.sock: no such file'],
  message: 'Labs run in containers, so Quorate needs Docker or Podman on this machine.',
  fix: 'sudo systemctl start docker',
};

const databases = [
  { id: 'nb', title: 'OVN Northbound', short: 'OVN NB', protocol: 'ovsdb-raft' },
  { id: 'sb', title: 'OVN Southbound', short: 'OVN SB', protocol: 'ovsdb-raft' },
] as const;
const recipe: RecipeCard = {
  kind: 'ovn-raft',
  title: 'OVN on Raft',
  summary: 'Northbound and Southbound as Raft clusters.',
  defaultNodes: 3,
  databases,
  parameters: [],
  console: [],
  privileges: [],
  canResize: true,
  flows: [],
  image: 'ready',
};

/** A lab of as many nodes as states are given. */
export function lab(name: string, states: readonly NodeState[], facts: Partial<LabSummary> = {}): LabSummary {
  return {
    name,
    recipe: recipe.kind,
    recipeTitle: recipe.title,
    createdAt: Date.now() - 840_000,
    nodes: states.map((state, index) => ({ name: `node-${index + 1}`, state, cut: false })),
    databases: databases.map((database) =>
      cluster(
        states.map((state) => (state === 'running' ? 'up' : 'silent')),
        true,
        database,
      ),
    ),
    state: 'complete',
    runId: null,
    warnings: [],
    ...facts,
  };
}

/** A run whose steps are in those states; the one that failed says why. */
export function run(state: RunView['state'], states: readonly StepState[], facts: Partial<RunView> = {}): RunView {
  const steps = states.map((stepState, index): StepView => {
    const failed = stepState === 'failed';
    return {
      id: `step-${index}`,
      title: `Join node-${index + 1}`,
      on: `node-${index + 1}`,
      state: stepState,
      startedAt: 1000,
      endedAt: stepState === 'running' || stepState === 'todo' ? null : 1400,
      note: '',
      commands: [
        {
          on: `node-${index + 1}`,
          line: `join ••••${index}`,
          state: stepState,
          startedAt: 1000,
          endedAt: 1400,
          exitCode: failed ? 1 : null,
          output: failed ? 'Error: no such token\n' : '',
          hasSecret: true,
        },
      ],
      ...(failed ? { error: { code: 'command/failed', message: 'This token was used or has expired.' } } : {}),
    };
  });
  return {
    id: 'run-1',
    lab: 'a',
    kind: 'deploy',
    title: 'Deploy a',
    state,
    startedAt: 1000,
    endedAt: null,
    steps,
    made: { containers: 3, networks: 2 },
    ...facts,
  };
}

/** Opens a real browser door behind which the scene is set. */
export function setScene(scene: Scene): Promise<BrowserDoor> {
  const never = () => new Promise<never>(() => undefined);
  const always =
    <N extends TopicName>(value: TopicValue<N> | undefined): Topic<N> =>
    (_input, push, end) => {
      if (scene.mute) return () => undefined;
      if (value === undefined) end({ code: 'input/unknown', message: 'Not known.' });
      else push(value);
      return () => undefined;
    };
  const silent = () => () => undefined;
  const refuse = () => Promise.reject(new LabError('input/unknown', 'The scene has no answer to this.'));
  const answers: Partial<Handlers['calls']> = {
    'engine.look': () => Promise.resolve(scene.engine ?? ready),
    'recipe.list': () => Promise.resolve([recipe]),
    'lab.check': (input) =>
      input.name?.includes('_') === true
        ? Promise.reject(new LabError('input/invalid', 'No underscores.', { field: 'name', fix: 'Use `my-lab`.' }))
        : Promise.resolve({ name: input.name ?? 'a', recipe: input.recipe, nodes: 3, memoryMiB: 256, settings: {} }),
    'terminal.list': () => Promise.resolve([]),
    'lab.script': () => Promise.resolve({ script: '#!/bin/sh\nset -eu\ndocker network create a-mgmt\n' }),
    'run.reveal': () => Promise.resolve({ line: 'join swordfish', output: '' }),
    ...scene.calls,
  };
  // Every call the scene does not answer is refused, so the record is whole at run time.
  const calls = new Proxy(answers, {
    get: (target, name) => (scene.mute ? never : (Reflect.get(target, name) ?? refuse)),
    has: () => true,
    getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true }),
  }) as Handlers['calls'];
  return openBrowserDoor({
    port: 0,
    log: pino({ level: 'silent' }),
    folder: process.env['QUORATE_PAGE'] ?? fileURLToPath(new URL('../../../dist/renderer', import.meta.url)),
    handlers: {
      calls,
      topics: {
        engine: always<'engine'>(scene.engine ?? ready),
        labs: always<'labs'>(scene.labs ?? []),
        runs: always<'runs'>((scene.runs ?? []).filter(({ state }) => state === 'running' || state === 'failed')),
        run: (input, push, end) => always<'run'>(scene.runs?.find(({ id }) => id === input.runId))(input, push, end),
        lab: (input, push, end) => {
          const isThere = scene.labs?.some(({ name }) => name === input.lab) === true;
          return isThere && scene.view === undefined ? () => undefined : always<'lab'>(scene.view)(input, push, end);
        },
        events: always<'events'>(scene.events ?? []),
        terminal: silent,
      },
      attach: () => {
        throw new LabError('input/unknown', 'The scene has no terminals.');
      },
    },
  });
}
