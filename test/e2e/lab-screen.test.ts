import { expect, test, type Page } from '@playwright/test';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Door } from './lab/door.ts';
import { labView, record, type Shape } from './lab/views.ts';
import { terminalCredit } from '../../shared/rpc.ts';

/** The lab's screen alone: the built page against views that are pushed by this test; no engine. */
const folder = process.env['QUORATE_PAGE'] ?? fileURLToPath(new URL('../../dist/renderer', import.meta.url));
const healthy: Shape = { nodes: 3, leaders: { cluster: 2, nb: 1, sb: 3 }, terms: { cluster: 2, nb: 3, sb: 2 } };
const electing: Shape = {
  ...healthy,
  fate: { 1: 'killed' },
  leaders: { cluster: 2, nb: null, sb: 3 },
  candidates: { nb: 2 },
  terms: { cluster: 2, nb: 4, sb: 2 },
};

async function open(page: Page, shape: Shape = healthy): Promise<Door> {
  const view = labView(shape);
  const door = new Door(view, record(view, null));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') door.complaints.push(message.text());
  });
  await door.open(page, folder);
  await expect(page.locator('[data-node]').first()).toBeVisible();
  return door;
}
const typed = (door: Door): readonly string[] =>
  door.calls.flatMap((call) => {
    const input = call.input as { node?: string; text?: string };
    return call.name === 'typed' ? [`${input.node ?? ''}: ${input.text ?? ''}`] : [];
  });
const node = (page: Page, name: string) => page.locator(`[data-node="${name}"]`);

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, shape] of Object.entries({ healthy, electing })) {
    test(`axe finds nothing serious: ${name}, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await open(page, shape);
      await node(page, 'node-2').click({ position: { x: 4, y: 4 } });
      await page.keyboard.press('Enter');
      await expect(page.locator('.xterm')).toBeVisible();
      await page.addScriptTag({
        content: readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'),
      });
      const found = await page.evaluate(async () => {
        const axe = (
          window as unknown as {
            axe: {
              run(
                context: Document,
              ): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
            };
          }
        ).axe;
        const { violations } = await axe.run(document);
        return violations
          .filter((one) => one.impact === 'serious' || one.impact === 'critical')
          .map((one) => `${one.id}: ${one.nodes.map((at) => at.html.slice(0, 120)).join(' | ')}`);
      });
      expect(found).toEqual([]);
    });
  }
}

test('the canvas goes by keys: arrows, Home and End, Space, Enter, and out of the terminal', async ({ page }) => {
  const door = await open(page);
  await node(page, 'node-1').focus();
  await page.keyboard.press('ArrowRight');
  await expect(node(page, 'node-2')).toBeFocused();
  await page.keyboard.press('End');
  await expect(node(page, 'node-3')).toBeFocused();
  await page.keyboard.press('Home');
  await expect(node(page, 'node-1')).toBeFocused();
  await expect(page.locator('[data-node][tabindex="0"]')).toHaveCount(1);
  await page.keyboard.press('Space');
  await expect(page.getByRole('complementary', { name: 'node-1' })).toContainText('Server ID');
  await page.keyboard.press('Enter');
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
  await page.keyboard.type('ls');
  await expect.poll(() => typed(door).join('')).toBe('node-1: lnode-1: s');
  await page.keyboard.press('Control+Shift+ArrowUp');
  await expect(page.getByRole('tab', { name: 'node-1' })).toBeFocused();
  expect(door.complaints).toEqual([]);
});

for (const [width, height] of [
  [1440, 900],
  [1440, 760],
  [1280, 759],
  [1024, 700],
] as const) {
  test(`all of the canvas is to be seen at ${String(width)} x ${String(height)}, and nothing lies under its controls`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height });
    for (const nodes of [1, 3, 5, 6, 9]) {
      await page.goto('about:blank');
      await open(page, { nodes, leaders: { cluster: 1, nb: 1, sb: 1 } });
      const found = await page.evaluate(() => {
        const boxes = (selector: string) =>
          [...document.querySelectorAll(selector)].map((one) => one.getBoundingClientRect());
        const [canvas] = boxes('.canvas');
        const drawn = boxes('.canvas .node, .canvas .bar, .canvas .label');
        const floating = boxes('.canvas .float, .canvas .svelte-flow__attribution').filter((box) => box.width > 0);
        const meets = (one: DOMRect, other: DOMRect) =>
          one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
        return {
          nodes: boxes('.canvas .node').length,
          cut: drawn.filter(
            (box) => canvas && (box.left < canvas.left || box.right > canvas.right || box.top < canvas.top),
          ),
          under: drawn.filter((box) => floating.some((one) => meets(one, box))),
        };
      });
      expect(found, `${String(nodes)} nodes`).toEqual({ nodes, cut: [], under: [] });
    }
  });
}

test('choosing a database outlines its cell on every card', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: /OVN Northbound/ }).click();
  await expect(page.locator('.role.linked')).toHaveCount(3);
  await expect(page.getByRole('complementary')).toContainText('Who thinks who leads');
  await page.keyboard.press('Escape');
  await expect(page.locator('.role.linked')).toHaveCount(0);
});

test('a leader that dies is seen at once, and what thinks otherwise is marked', async ({ page }) => {
  const door = await open(page);
  await expect(page.getByRole('heading', { name: 'Any one node may fail' })).toBeVisible();
  door.push(labView(electing));
  await expect(page.getByRole('heading', { name: 'No node may fail' })).toBeVisible();
  await expect(node(page, 'node-1')).toContainText('killed');
  await expect(node(page, 'node-2').locator('.role.warn')).toContainText('candidate');
  await page.getByRole('button', { name: /OVN Northbound/ }).click();
  await expect(page.getByRole('complementary')).toContainText('node-2 asks for votes in term 4');
  door.push(
    labView({ ...electing, fate: { 1: 'killed', 3: 'killed' }, leaders: { cluster: null, nb: null, sb: null } }),
  );
  await expect(page.locator('[aria-live="assertive"]').first()).toContainText('no quorum');
});

test('a node moves on the grid and stays there after a reload', async ({ page }) => {
  await open(page);
  const before = await node(page, 'node-2').boundingBox();
  await page.mouse.move((before?.x ?? 0) + 60, (before?.y ?? 0) + 12);
  await page.mouse.down();
  await page.mouse.move((before?.x ?? 0) + 100, (before?.y ?? 0) + 90, { steps: 5 });
  await page.mouse.up();
  const places = await page.evaluate(
    () =>
      JSON.parse(localStorage.getItem('quorate.lab.microovn-1.places') ?? '{}') as Record<
        string,
        { x: number; y: number }
      >,
  );
  expect(Math.abs((places['node-2']?.y ?? 0) - 56) % 16).toBe(0);
  expect(places['node-2']?.y).toBeGreaterThan(48);
  await page.reload();
  await expect(node(page, 'node-2')).toBeVisible();
  const tops = await page
    .locator('[data-node]')
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
  expect((tops[1] ?? 0) - (tops[0] ?? 0)).toBeGreaterThan(40);
});

test('a node that was dragged goes back with Ctrl+Z, which a terminal keeps for its shell', async ({ page }) => {
  const door = await open(page);
  const top = () => node(page, 'node-2').evaluate((one) => Math.round(one.getBoundingClientRect().top));
  const before = await top();
  const drag = async () => {
    await node(page, 'node-2').hover({ position: { x: 60, y: 12 } });
    const from = await node(page, 'node-2').boundingBox();
    await page.mouse.down();
    await page.mouse.move((from?.x ?? 0) + 60, (from?.y ?? 0) + 92, { steps: 5 });
    await page.mouse.up();
  };
  await drag();
  const once = await top();
  expect(once).toBeGreaterThan(before + 40);
  await drag();
  expect(await top()).toBeGreaterThan(once + 40);
  await page.keyboard.press('Control+z');
  await expect.poll(top).toBe(once);
  await node(page, 'node-1').locator('b').first().dblclick();
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect.poll(() => typed(door)).toEqual(['node-1: \x1a']);
  expect(await top()).toBe(once);
  await node(page, 'node-1').focus();
  await page.keyboard.press('Control+z');
  await expect.poll(top).toBe(before);
});

test('a double click anywhere on a node opens its shell', async ({ page }) => {
  await open(page);
  await node(page, 'node-3').getByRole('button').last().dblclick();
  await expect(page.getByRole('tab', { name: 'node-3' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
});

test('the canvas jumps where it would glide, when the system asks for less motion', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page);
  await node(page, 'node-1').focus();
  const zooms = await page.evaluate(async () => {
    const seen = new Set<string>();
    const look = () => seen.add(document.querySelector<HTMLElement>('.svelte-flow__viewport')?.style.transform ?? '');
    look();
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: '+', bubbles: true }));
    for (let frame = 0; frame < 20; frame += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      look();
    }
    return seen.size;
  });
  expect(zooms).toBe(2);
});

test('shells survive tab switches and a reload, and typing goes to one or to all', async ({ page }) => {
  const door = await open(page);
  await node(page, 'node-1').locator('b').first().dblclick();
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
  await page.keyboard.type('a');
  await node(page, 'node-2').locator('b').first().dblclick();
  await expect(page.getByRole('tab', { name: 'node-2' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('.pane.left .xterm-helper-textarea')).toBeFocused();
  await page.keyboard.type('b');
  await expect.poll(() => typed(door)).toEqual(['node-1: a', 'node-2: b']);

  door.print('t1', 'while away\r\n');
  await expect(page.getByRole('tab', { name: /node-1.*new output/ })).toBeVisible();
  await page.keyboard.press('Control+1');
  await expect(page.locator('.pane.left')).toContainText('while away');

  await page.reload();
  await expect(page.getByRole('tab')).toHaveCount(4);
  await expect(page.locator('.pane.left')).toContainText('while away');
  expect(door.terminals.size).toBe(2);

  await page.getByRole('button', { name: 'Type into all nodes' }).click();
  await expect(page.locator('.dock')).toContainText('typing into 3 nodes');
  await page.keyboard.press('Control+1');
  await expect(page.locator('.pane.left .xterm-helper-textarea')).toBeFocused();
  await page.keyboard.type('c');
  await expect
    .poll(() =>
      typed(door)
        .filter((one) => one.endsWith(': c'))
        .sort(),
    )
    .toEqual(['node-1: c', 'node-2: c', 'node-3: c']);
  // What a terminal answers by itself goes to its own program only.
  door.print('t2', '\x1b[6n');
  await expect.poll(() => typed(door).filter((one) => one.includes('\x1b['))).toHaveLength(1);
});

test('what was shown is acknowledged, so that a flood is held back', async ({ page }) => {
  const door = await open(page);
  await node(page, 'node-1').locator('b').first().dblclick();
  await expect(page.locator('.pane.left')).toContainText('root@node-1');
  door.print('t1', 'x'.repeat(200_000));
  await expect.poll(() => Math.max(0, ...door.acked.values())).toBeGreaterThan(200_000 - terminalCredit.ackBytes);
});

test('killing asks with the safe answer first; nothing is sent before', async ({ page }) => {
  const door = await open(page);
  await node(page, 'node-1').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('b');
  await expect(page.getByRole('menuitem', { name: /Kill node-1/ })).toContainText('OVN NB would keep 2 of 3 and elect');
  await page.getByRole('menuitem', { name: /Kill node-1/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Kill node-1?' });
  await expect(dialog).toContainText('It leads OVN NB. 2 of 3 will remain: enough, with none to spare.');
  await expect(dialog.getByRole('button', { name: 'Leave it' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  expect(door.calls.some((call) => call.name === 'node.act')).toBe(false);
  await page.keyboard.press('b');
  await page.getByRole('menuitem', { name: /Pause node-1/ }).click();
  await expect
    .poll(() => door.calls.find((call) => call.name === 'node.act')?.input)
    .toEqual({
      lab: 'microovn-1',
      node: 'node-1',
      action: 'pause',
    });
});

test('the recorder steps from event to event and back to live', async ({ page }) => {
  await open(page);
  await expect(page.locator('.rec')).toContainText('live');
  await page.keyboard.press('[');
  await expect(page.locator('.rec')).toContainText('back to live');
  await expect(page.locator('.under')).toContainText('OVN Northbound: node-1 leads in term 3');
  await page.getByRole('slider').focus();
  await page.keyboard.press('End');
  await expect(page.locator('.under')).toBeHidden();
});

test('Logs open on a file that holds something, of each node its own', async ({ page }) => {
  await open(page);
  await page.getByRole('tab', { name: 'Logs' }).click();
  await expect(page.getByLabel('Log of node-1')).toHaveText('/var/log/ovn/of-node-1.log: connected');
  await page.getByRole('combobox', { name: 'File' }).selectOption('/var/log/ovn/ovn-controller.log');
  await expect(page.getByLabel('Log of node-1')).toHaveText('/var/log/ovn/ovn-controller.log: connected');
  await page.getByRole('combobox', { name: 'File' }).selectOption('/var/log/ovn/of-node-1.log');
  await page.getByRole('combobox', { name: 'Node' }).selectOption('node-2');
  await expect(page.getByLabel('Log of node-2')).toHaveText('/var/log/ovn/of-node-2.log: connected');
  await expect(page.getByRole('combobox', { name: 'File' })).toHaveValue('/var/log/ovn/of-node-2.log');
});
