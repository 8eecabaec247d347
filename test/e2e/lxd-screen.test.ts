import { expect, test, type Page } from '@playwright/test';
import { lxdView } from './lab/lxd-views.ts';
import { nodeOn, openView } from './lab/screen.ts';

const side = (page: Page) => page.getByRole('complementary');

test('a member that its product calls Offline and that answers is shown as both', async ({ page }) => {
  await openView(page, lxdView({ nodes: 3, called: { 2: 'Offline' } }));
  await expect(page.getByRole('heading', { name: 'Any one node may fail' })).toBeVisible();
  await expect(nodeOn(page, 'node-2')).toContainText('Offline, answers');
  await expect(side(page).getByRole('row', { name: /^node-2/ })).toContainText(/Offline\s*yes/);
  await expect(side(page).getByRole('row', { name: /^No heartbeat/ })).toHaveCount(1);
  await expect(side(page)).toContainText('Failure domain default · Groups default');
});

test('what is kept lies on its nodes, pending things say so, and the layer can be hidden', async ({ page }) => {
  await openView(page, lxdView({ nodes: 3 }));
  await expect(page.locator('.canvas .bar.pending')).toHaveText(/data\s*storage pool · Pending · node-1 and node-2/);
  await expect(page.locator('.canvas .pill').filter({ hasText: 'c1' })).toContainText('Running');
  await page.getByRole('button', { name: 'Objects' }).click();
  await expect(page.locator('.canvas .bar, .canvas .pill')).toHaveCount(0);
  await nodeOn(page, 'node-1').click({ position: { x: 4, y: 4 } });
  await expect(side(page).getByRole('region', { name: 'On node-1', exact: true })).toContainText('c1');
  await expect(side(page).getByRole('region', { name: 'On node-1', exact: true })).not.toContainText('web-1');
});

test('failure domains are told on the cards where they differ', async ({ page }) => {
  await openView(page, lxdView({ nodes: 7, domains: ['rack-1', 'rack-2', 'rack-3'] }));
  await expect(nodeOn(page, 'node-5')).toContainText('rack-2');
  await expect(nodeOn(page, 'node-7')).toContainText('spare');
});

test('fresh nodes are no silent nodes: how to form them is told', async ({ page }) => {
  await openView(page, lxdView({ nodes: 3, leader: null, fresh: true }));
  await expect(page.getByRole('heading', { name: 'Not formed' })).toBeVisible();
  await expect(nodeOn(page, 'node-1')).toContainText('not yet a member');
  await expect(page.locator('.canvas .note')).toContainText('lxd init');
  await expect(side(page).getByRole('note')).toContainText('lxd init');
});

for (const [width, height] of [
  [1440, 900],
  [1024, 700],
] as const) {
  test(`all of the objects and both networks are to be seen at ${String(width)} x ${String(height)}`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height });
    for (const nodes of [1, 2, 3, 5, 7, 9]) {
      await page.goto('about:blank');
      await openView(page, lxdView({ nodes, separate: true }));
      const found = await page.evaluate(() => {
        const boxes = (selector: string) =>
          [...document.querySelectorAll(selector)].map((one) => one.getBoundingClientRect());
        const [canvas] = boxes('.canvas');
        const drawn = boxes('.canvas .node, .canvas .in, .canvas .pill, .canvas .label');
        const floating = boxes('.canvas .float, .canvas .svelte-flow__attribution').filter((box) => box.width > 0);
        const meets = (one: DOMRect, other: DOMRect) =>
          one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
        const [cards, things] = [boxes('.canvas .node'), boxes('.canvas .in, .canvas .pill')];
        return {
          nodes: cards.length,
          cut: drawn.filter(
            (box) => canvas && (box.left < canvas.left || box.right > canvas.right || box.top < canvas.top),
          ),
          under: drawn.filter((box) => floating.some((one) => meets(one, box))),
          hidden: things.filter((box) => cards.some((card) => meets(card, box))),
        };
      });
      expect(found, `${String(nodes)} nodes`).toEqual({ nodes, cut: [], under: [], hidden: [] });
    }
  });
}
