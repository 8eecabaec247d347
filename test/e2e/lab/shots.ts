import { chromium, type Page } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { Door } from './door.ts';
import { poolRun } from './flow-run.ts';
import { lxdView, type LxdShape } from './lxd-views.ts';
import { labView, record, type Shape } from './views.ts';

/** Pictures of the lab's screen in every state, for looking at: `node test/e2e/lab/shots.ts PAGE-FOLDER OUT-FOLDER [state…]`. */
const [, , folder = '', out = '', ...only] = process.argv;

const healthy: Shape = { nodes: 3, leaders: { cluster: 2, nb: 1, sb: 3 }, terms: { cluster: 2, nb: 3, sb: 2 } };
const states: Readonly<
  Record<
    string,
    Shape & {
      readonly lxd?: LxdShape;
      readonly select?: string;
      readonly database?: string;
      readonly shells?: number;
      readonly kill?: boolean;
      /** The Do menu, open; or the dialog of a flow by its title; or its run. */
      readonly flow?: string;
    }
  >
> = {
  healthy: { ...healthy, select: 'node-2', shells: 3 },
  'healthy-lab': healthy,
  killed: {
    ...healthy,
    fate: { 1: 'killed' },
    leaders: { cluster: 2, nb: null, sb: 3 },
    candidates: { nb: 2 },
    terms: { cluster: 2, nb: 4, sb: 2 },
    database: 'OVN Northbound',
    shells: 1,
    kill: true,
  },
  lost: {
    ...healthy,
    fate: { 1: 'killed', 3: 'killed' },
    leaders: { cluster: null, nb: null, sb: null },
    terms: { cluster: 2, nb: 4, sb: 2 },
    kill: true,
    select: 'node-1',
  },
  paused: { ...healthy, fate: { 2: 'paused' }, leaders: { cluster: 1, nb: 1, sb: 3 }, select: 'node-2' },
  cut: { ...healthy, fate: { 3: 'cut' }, leaders: { cluster: 2, nb: 1, sb: 1 }, select: 'node-3' },
  silent: { ...healthy, fate: { 2: 'silent' }, leaders: { cluster: 1, nb: 1, sb: 3 } },
  waiting: { ...healthy, nodes: 4, fate: { 4: 'waiting' }, ports: false },
  six: { ...healthy, nodes: 6 },
  nine: { ...healthy, nodes: 9, select: 'node-5' },
  fifty: { ...healthy, nodes: 50, fate: { 17: 'killed' }, select: 'node-17' },
  twohundred: { ...healthy, nodes: 200, fate: { 17: 'killed', 180: 'paused' } },
  long: {
    ...healthy,
    name: 'a-lab-with-a-very-long-name-that-goes-on-and-on-1',
    nodeName: (index) => `node-${String(index)}-with-a-very-long-name-indeed`,
    select: 'node-2-with-a-very-long-name-indeed',
  },
  'lxd-3': { ...healthy, lxd: { nodes: 3, leader: 2 } },
  'lxd-node': { ...healthy, lxd: { nodes: 3, leader: 2 }, select: 'node-2', shells: 1 },
  'lxd-database': { ...healthy, lxd: { nodes: 3, leader: 2 }, database: 'LXD database' },
  'lxd-5': { ...healthy, lxd: { nodes: 5, leader: 1, separate: true, kept: 'little' } },
  'lxd-7': { ...healthy, lxd: { nodes: 7, leader: 3, domains: ['rack-1', 'rack-2', 'rack-3'] } },
  'lxd-offline': { ...healthy, lxd: { nodes: 3, leader: 1, called: { 2: 'Offline', 3: 'Offline' }, separate: true } },
  'lxd-lost': {
    ...healthy,
    lxd: { nodes: 3, leader: null, fate: { 1: 'killed', 3: 'killed' }, kept: 'old' },
    select: 'node-2',
    kill: true,
  },
  'lxd-fresh': { ...healthy, lxd: { nodes: 3, leader: null, fresh: true } },
  'lxd-menu': { ...healthy, lxd: { nodes: 3 }, flow: 'menu' },
  'lxd-menu-node': { ...healthy, lxd: { nodes: 3 }, select: 'node-2', flow: 'node' },
  'lxd-dialog': { ...healthy, lxd: { nodes: 3 }, flow: 'Create a storage pool…' },
  'lxd-loses': { ...healthy, lxd: { nodes: 3 }, flow: 'Force-remove a dead member…' },
  'lxd-run': { ...healthy, lxd: { nodes: 3 }, flow: 'run', shells: 1 },
  'lxd-run-node': { ...healthy, lxd: { nodes: 5 }, select: 'node-2', flow: 'run' },
  none: { ...healthy, nodes: 1, leaders: { cluster: 1, nb: 1, sb: 1 }, ports: false },
};

/** Opens the Do menu of the lab or of the chosen node, a flow's dialog, or a run. */
async function showFlow(page: Page, door: Door, flow: string): Promise<void> {
  if (flow === 'node')
    return page
      .getByRole('complementary')
      .getByRole('button', { name: /^Do on/ })
      .click();
  await page
    .getByRole('banner')
    .getByRole('button', { name: /^Do on/ })
    .click();
  if (flow === 'menu') return;
  const isRun = flow === 'run';
  await page.getByRole('menuitem', { name: isRun ? 'Create a storage pool…' : flow }).click();
  if (!isRun) return;
  door.run(poolRun('done'));
  door.answers['lab.flow'] = () => ({ runId: 'run-7' });
  await page.getByRole('dialog').getByRole('button', { name: 'Create a storage pool' }).click();
  await page.getByText('PENDING').first().waitFor();
}

mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env['QUORATE_CHROMIUM'] ?? '/usr/bin/chromium' });
for (const [name, shape] of Object.entries(states)) {
  if (only.length > 0 && !only.includes(name)) continue;
  for (const [width, height] of [
    [1440, 900],
    [1024, 700],
  ] as const) {
    for (const scheme of ['light', 'dark'] as const) {
      if (scheme === 'dark' && width === 1024 && name !== 'killed') continue;
      const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
      page.on('console', (message) => message.type() === 'error' && console.log(name, message.text()));
      page.on('pageerror', (error) => console.log(name, error.message));
      const view = shape.lxd === undefined ? labView(shape) : lxdView(shape.lxd);
      const door = new Door(view, record(view, shape.kill === true ? (view.nodes[0]?.name ?? null) : null));
      await door.open(page, folder);
      await page.locator('[data-node]').first().waitFor();
      for (let index = 1; index <= (shape.shells ?? 0); index += 1)
        await page
          .locator(`[data-node="node-${String(index)}"] header, [data-node="node-${String(index)}"] b`)
          .first()
          .dblclick();
      if (shape.select !== undefined)
        await page.locator(`[data-node="${shape.select}"]`).click({ position: { x: 4, y: 4 } });
      if (shape.database !== undefined) await page.getByRole('button', { name: shape.database }).first().click();
      if (shape.flow !== undefined) await showFlow(page, door, shape.flow);
      await page.mouse.move(5, height - 5);
      await page.waitForFunction(() =>
        document
          .getAnimations()
          .every((one) => one.playState !== 'running' || one.effect?.getTiming().iterations === Infinity),
      );
      await page.screenshot({ path: `${out}/${name}-${String(width)}-${scheme}.png` });
      await page.close();
    }
  }
}
await browser.close();
