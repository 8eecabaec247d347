import { expect, test } from '@playwright/test';
import { terminalCredit } from '../../shared/rpc.ts';
import { nodeOn, openScreen, typed } from './lab/screen.ts';

test('shells survive tab switches and a reload, and typing goes to one or to all', async ({ page }) => {
  const door = await openScreen(page);
  await nodeOn(page, 'node-1').locator('b').first().dblclick();
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
  await page.keyboard.type('a');
  await nodeOn(page, 'node-2').locator('b').first().dblclick();
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
  const door = await openScreen(page);
  await nodeOn(page, 'node-1').locator('b').first().dblclick();
  await expect(page.locator('.pane.left')).toContainText('root@node-1');
  door.print('t1', 'x'.repeat(200_000));
  await expect.poll(() => Math.max(0, ...door.acked.values())).toBeGreaterThan(200_000 - terminalCredit.ackBytes);
});

test('Logs open on a file that holds something, of each node its own', async ({ page }) => {
  await openScreen(page);
  await page.getByRole('tab', { name: 'Logs' }).click();
  await expect(page.getByLabel('Log of node-1')).toHaveText('/var/log/ovn/of-node-1.log: connected');
  await page.getByRole('combobox', { name: 'File' }).selectOption('/var/log/ovn/ovn-controller.log');
  await expect(page.getByLabel('Log of node-1')).toHaveText('/var/log/ovn/ovn-controller.log: connected');
  await page.getByRole('combobox', { name: 'File' }).selectOption('/var/log/ovn/of-node-1.log');
  await page.getByRole('combobox', { name: 'Node' }).selectOption('node-2');
  await expect(page.getByLabel('Log of node-2')).toHaveText('/var/log/ovn/of-node-2.log: connected');
  await expect(page.getByRole('combobox', { name: 'File' })).toHaveValue('/var/log/ovn/of-node-2.log');
});

test('in half a dock the choices of Logs stay in their half', async ({ page }) => {
  await page.setViewportSize({ width: 1024, height: 700 });
  await openScreen(page);
  await nodeOn(page, 'node-1').locator('b').first().dblclick();
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByRole('button', { name: 'Split' }).click();
  const again = page.getByRole('button', { name: 'Look again' });
  await page
    .getByRole('combobox', { name: 'File' })
    .evaluate((select) => select.append(new Option('/var/snap/microovn/common/logs/ovn-controller.log')));
  const [half, last] = [await page.locator('.pane.left').boundingBox(), await again.boundingBox()];
  expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual((half?.x ?? 0) + (half?.width ?? 0));
});
