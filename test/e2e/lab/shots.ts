import { chromium } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { Door } from './door.ts';
import { labView, record, type Shape } from './views.ts';

/** Pictures of the lab's screen in every state, for looking at: `node test/e2e/lab/shots.ts PAGE-FOLDER OUT-FOLDER [state…]`. */
const [, , folder = '', out = '', ...only] = process.argv;

const healthy: Shape = { nodes: 3, leaders: { cluster: 2, nb: 1, sb: 3 }, terms: { cluster: 2, nb: 3, sb: 2 } };
const states: Readonly<
  Record<
    string,
    Shape & { readonly select?: string; readonly database?: string; readonly shells?: number; readonly kill?: boolean }
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
  none: { ...healthy, nodes: 1, leaders: { cluster: 1, nb: 1, sb: 1 }, ports: false },
};

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
      const view = labView(shape);
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
