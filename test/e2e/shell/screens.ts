import type { Page } from '@playwright/test';
import { LabError } from '../../../shared/errors.ts';
import type { NodeState } from '../../../shared/lab.ts';
import type { Receipt } from '../../../shared/run.ts';
import { labView } from '../lab/views.ts';
import { lab, missing, ready, run, type Scene } from './stage.ts';

/** One thing there is to see beside the lab's own screen. */
export interface Screen {
  readonly name: string;
  readonly scene: Scene;
  /** Route; Home when left out. */
  readonly hash?: string;
  /** What a user does to see it. */
  readonly act?: (page: Page) => Promise<void>;
  /** Words that are there when it is. */
  readonly says: string | RegExp;
}

const up: readonly NodeState[] = ['running', 'running', 'running'];
const longest = 'a-lab-whose-name-is-thirty-two-c';
const labs = [
  lab('a', up),
  lab(longest, up),
  lab('b', ['running', 'running', 'stopped']),
  lab('lost', ['running', 'stopped', 'stopped']),
  lab('asleep', ['stopped', 'stopped', 'stopped']),
  lab('half', ['created', 'created'], { state: 'incomplete', databases: [] }),
];
const receipt: Receipt = {
  removed: [
    { kind: 'container', name: 'a-node-1' },
    { kind: 'network', name: 'a-mgmt' },
  ],
  remained: [{ kind: 'network', name: 'a-underlay', why: 'something is attached to it' }],
  closedTerminals: 2,
  ms: 840,
};
const failed = run('failed', ['done', 'failed', 'todo']);
const button = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).click();
const fromMenu = (item: string) => async (page: Page) => {
  await page.getByRole('button', { name: 'More about a', exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

/** A node half way into the cluster, as the page sees it while its step runs. */
function joining(): Scene {
  const begun = Date.now() - 900;
  const whole = run('running', ['done', 'running', 'todo'], { startedAt: begun - 2000 });
  const [token, join, ...rest] = whole.steps;
  if (token === undefined || join === undefined) throw new Error('A run of two steps at least.');
  const steps = [
    { ...token, id: 'add:node-3', startedAt: begun - 600, endedAt: begun - 400 },
    { ...join, id: 'join:node-3', title: 'Join node-3', startedAt: begun },
    ...rest,
  ];
  const view = labView({ name: 'a', nodes: 3, fate: { 3: 'waiting' } });
  const members = view.members.map((one) => (one.name === 'node-3' ? { ...one, role: 'PENDING' } : one));
  const added = { type: 'member', action: 'added', actor_id: 'node-3', actor_name: 'node-3', attributes: {} } as const;
  const events = [{ timestamp: new Date(begun + 200).toISOString(), ...added }];
  return { labs: [lab('a', up)], runs: [{ ...whole, steps }], view: { ...view, members }, events };
}

/** Home in every state, every dialog, and the steps of a run in every state. */
export const screens: readonly Screen[] = [
  { name: 'home', scene: { labs }, says: longest },
  { name: 'home-looking', scene: { mute: true }, says: 'Asking the engine which labs exist.' },
  { name: 'home-empty', scene: { labs: [] }, says: 'No labs yet' },
  { name: 'home-missing', scene: { labs: [], engine: missing }, says: 'Until an engine answers' },
  {
    name: 'home-stopped',
    scene: { labs, engine: { ...missing, state: 'stopped' } },
    says: 'Whether it runs is not known.',
  },
  {
    name: 'home-note',
    scene: {
      labs,
      engine: { ...ready, notes: [{ message: 'It drops packets.', why: 'Its policy.', fix: 'iptables' }] },
    },
    says: 'It drops packets.',
  },
  {
    name: 'home-no-recipes',
    scene: { labs: [], calls: { 'recipe.list': () => Promise.reject(new LabError('internal', 'Not readable.')) } },
    says: 'The recipes are not known',
  },
  {
    name: 'home-refused',
    scene: {
      labs,
      calls: {
        'lab.deploy': () =>
          Promise.reject(new LabError('image/build-failed', 'It could not be built.', { detail: 'E: no package\n' })),
      },
    },
    act: button('Deploy OVN on Raft'),
    says: 'Nothing was created',
  },
  {
    name: 'toast',
    scene: { labs, calls: { 'lab.act': () => Promise.reject(new LabError('engine/refused', 'It would not stop.')) } },
    act: fromMenu('Stop all nodes'),
    says: 'It would not stop.',
  },
  { name: 'row-menu', scene: { labs }, act: button('More about a'), says: 'As a script…' },
  { name: 'options', scene: { labs }, act: button('Options… OVN on Raft'), says: 'Memory per node' },
  {
    name: 'options-wrong',
    scene: { labs },
    act: async (page) => {
      await button('Options… OVN on Raft')(page);
      await page.getByLabel('Name', { exact: true }).fill('my_lab');
    },
    says: 'No underscores.',
  },
  {
    name: 'palette',
    scene: { labs },
    act: (page) => page.keyboard.press('Control+Shift+P'),
    says: 'Open lost',
  },
  {
    name: 'palette-nothing',
    scene: { labs },
    act: async (page) => {
      await page.keyboard.press('Control+Shift+P');
      await page.getByRole('combobox').fill('zzz');
    },
    says: 'Nothing is called «zzz».',
  },
  { name: 'about', scene: { labs }, act: button('About Quorate'), says: 'F6, Shift+F6' },
  { name: 'script', scene: { labs }, act: fromMenu('As a script…'), says: 'docker network create a-mgmt' },
  { name: 'destroy', scene: { labs }, act: fromMenu('Destroy…'), says: 'a-node-1, -node-2, -node-3' },
  {
    name: 'skip-link',
    scene: { labs },
    act: (page) => page.keyboard.press('Tab'),
    says: 'Skip to the main part',
  },
  { name: 'run', scene: { runs: [run('running', ['done', 'running', 'todo'])] }, hash: '#/lab/a', says: 'Step 2 of 3' },
  { name: 'run-join', scene: joining(), hash: '#/lab/a', says: 'OVN NB' },
  {
    name: 'run-cancel',
    scene: { runs: [run('running', ['done', 'running', 'todo'])] },
    hash: '#/lab/a',
    act: button('Cancel…'),
    says: 'This removes what was made so far:',
  },
  {
    name: 'run-cancelling',
    scene: {
      runs: [run('running', ['done', 'running', 'todo'])],
      calls: { 'run.cancel': () => new Promise(() => {}) },
    },
    hash: '#/lab/a',
    act: async (page) => {
      await button('Cancel…')(page);
      await button('Cancel and remove')(page);
    },
    says: 'Cancelling',
  },
  {
    name: 'run-cancelled',
    scene: { runs: [run('undone', ['undone', 'cancelled', 'todo'], { endedAt: 4100, receipt })] },
    hash: '#/run/run-1',
    says: 'something is attached to it',
  },
  {
    name: 'run-undoing',
    scene: { runs: [{ ...failed, state: 'undoing' }] },
    hash: '#/run/run-1',
    says: 'Removing what was made',
  },
  { name: 'run-failed', scene: { runs: [failed] }, hash: '#/lab/a', says: 'Stopped at step 2 of 3' },
  {
    name: 'run-secret',
    scene: { runs: [failed] },
    hash: '#/lab/a',
    act: button('Show secret'),
    says: 'join swordfish',
  },
  { name: 'run-undo', scene: { runs: [failed] }, hash: '#/lab/a', act: button('Undo…'), says: 'Undo the deploy?' },
  {
    name: 'run-done',
    scene: { labs, runs: [run('done', ['done', 'skipped', 'done'], { endedAt: 4100 })] },
    hash: '#/run/run-1',
    says: 'Deployed',
  },
  {
    name: 'run-destroyed',
    scene: { runs: [run('done', ['done'], { kind: 'destroy', title: 'Destroy a', endedAt: 4100, receipt })] },
    hash: '#/run/run-1',
    says: 'Destroyed',
  },
  { name: 'run-gone', scene: { labs }, hash: '#/run/nowhere', says: 'This run is not known.' },
  { name: 'lab-gone', scene: { labs }, hash: '#/lab/nowhere', says: 'Not known.' },
];
