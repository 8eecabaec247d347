import { expect, test } from '@playwright/test';
import { nodeOn, openScreen, typed } from './lab/screen.ts';

test('the canvas goes by keys: arrows, Home and End, Space, Enter, and out of the terminal', async ({ page }) => {
  const door = await openScreen(page);
  await nodeOn(page, 'node-1').focus();
  await page.keyboard.press('ArrowRight');
  await expect(nodeOn(page, 'node-2')).toBeFocused();
  await page.keyboard.press('End');
  await expect(nodeOn(page, 'node-3')).toBeFocused();
  await page.keyboard.press('Home');
  await expect(nodeOn(page, 'node-1')).toBeFocused();
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
      await openScreen(page, { nodes, leaders: { cluster: 1, nb: 1, sb: 1 } });
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

test('a node moves on the grid and stays there after a reload', async ({ page }) => {
  await openScreen(page);
  const before = await nodeOn(page, 'node-2').boundingBox();
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
  await expect(nodeOn(page, 'node-2')).toBeVisible();
  const tops = await page
    .locator('[data-node]')
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
  expect((tops[1] ?? 0) - (tops[0] ?? 0)).toBeGreaterThan(40);
});

test('a node that was dragged goes back with Ctrl+Z, which a terminal keeps for its shell', async ({ page }) => {
  const door = await openScreen(page);
  const top = () => nodeOn(page, 'node-2').evaluate((one) => Math.round(one.getBoundingClientRect().top));
  const before = await top();
  const drag = async () => {
    await nodeOn(page, 'node-2').hover({ position: { x: 60, y: 12 } });
    const from = await nodeOn(page, 'node-2').boundingBox();
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
  await nodeOn(page, 'node-1').locator('b').first().dblclick();
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect.poll(() => typed(door)).toEqual(['node-1: \x1a']);
  expect(await top()).toBe(once);
  await nodeOn(page, 'node-1').focus();
  await page.keyboard.press('Control+z');
  await expect.poll(top).toBe(before);
});

test('a double click anywhere on a node opens its shell', async ({ page }) => {
  await openScreen(page);
  await nodeOn(page, 'node-3').getByRole('button').last().dblclick();
  await expect(page.getByRole('tab', { name: 'node-3' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
});

test('the canvas jumps where it would glide, when the system asks for less motion', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openScreen(page);
  await nodeOn(page, 'node-1').focus();
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
