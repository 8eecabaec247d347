import { expect, test, type Page } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import type { Door } from './lab/door.ts';
import { poolRun } from './lab/flow-run.ts';
import { lxdView } from './lab/lxd-views.ts';
import { nodeOn, openView } from './lab/screen.ts';

const menuOf = (page: Page) => page.getByRole('banner').getByRole('button', { name: 'Do on lxd-1' });
const choose = async (page: Page, title: string) => {
  await menuOf(page).click();
  await page.getByRole('menuitem', { name: title }).click();
};
const flowCalls = (door: Door) => door.calls.filter(({ name }) => name === 'lab.flow').map(({ input }) => input);

test('a lab of a product without flows has no menu of them', async ({ page }) => {
  const view = lxdView({ nodes: 3 });
  await openView(page, { ...view, request: { ...view.request, recipe: 'microovn' } });
  await expect(page.getByRole('button', { name: 'Break a node' })).toBeVisible();
  await expect(menuOf(page)).toHaveCount(0);
});

test('a flow is found by its group, filled in and started by keyboard; its steps stand beside the canvas until they are closed', async ({
  page,
}) => {
  const door = await openView(page, lxdView({ nodes: 3 }));
  door.answers['lab.flow'] = () => ({ runId: 'run-7' });
  door.run(poolRun('running'));
  await menuOf(page).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('group', { name: 'Storage' }).getByRole('menuitem')).toHaveText([
    'Create a storage pool…',
    'Same-named volumes…',
  ]);
  await page.keyboard.type('create');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Create a storage pool' })).toContainText('Defined on each member');
  await expect(page.getByLabel('Name')).toBeFocused();
  await page.keyboard.type('fast');
  await page.keyboard.press('Enter');
  const steps = page.getByRole('region', { name: 'Create a storage pool' });
  await expect(steps).toContainText('Step 3 of 3');
  expect(flowCalls(door)).toEqual([{ lab: 'lxd-1', flow: 'pool', settings: { name: 'datafast', early: true } }]);
  const box = await page.locator('.canvas').boundingBox();
  expect(box?.width).toBeGreaterThan(600);
  await expect(nodeOn(page, 'node-3')).toBeVisible();
  await expect(steps.getByRole('button', { name: 'Close the steps' })).toHaveCount(0);

  door.run(poolRun('done'));
  await expect(steps).toContainText('refused, exit 1');
  await expect(steps.getByText('Error: Pool not defined on nodes: node-3')).toBeVisible();
  await expect(steps.locator('[data-mark="danger"], .mark.danger')).toHaveCount(0);
  await steps.getByRole('button', { name: 'Close the steps' }).click();
  await expect(steps).toHaveCount(0);
  await expect(page.getByRole('complementary')).toBeVisible();
});

test('what is refused is told at its field, which then has the focus; nothing else is lost', async ({ page }) => {
  const door = await openView(page, lxdView({ nodes: 3 }));
  door.answers['lab.flow'] = () => {
    throw Object.assign(new Error(), {
      code: 'input/invalid',
      message: '`value` is 4000: 99 are the most.',
      field: 'settings.value',
      fix: 'Use 5.',
    });
  };
  await choose(page, 'Set cluster.max_voters…');
  await page.getByLabel('Value').fill('4000');
  await page.keyboard.press('Enter');
  const field = page.getByLabel('Value');
  await expect(field).toHaveAccessibleDescription('Value is 4000: 99 are the most. Use 5.');
  await expect(field).toBeFocused();
  await expect(field).toHaveValue('4000');
  await field.fill('5');
  await expect(field).toHaveAttribute('aria-invalid', 'false');
});

test('a flow of a node starts on the one it was chosen on, and says what is lost by it', async ({ page }) => {
  const door = await openView(page, lxdView({ nodes: 3 }));
  await nodeOn(page, 'node-2').click({ button: 'right', position: { x: 4, y: 4 } });
  await page.getByRole('menuitem', { name: 'Do…' }).click();
  await expect(page.getByRole('menuitem')).toHaveCount(4);
  await page.getByRole('menuitem', { name: 'Force-remove a dead member…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Force-remove a dead member · node-2' });
  await expect(dialog).toContainText('Everything the member held');
  await dialog.getByRole('button', { name: 'Leave it' }).click();
  expect(flowCalls(door)).toEqual([]);
  await page.keyboard.press('Control+Shift+P');
  await page.getByRole('combobox').fill('force-remove node-3');
  await expect(page.getByRole('option', { selected: true })).toContainText('Do: Force-remove a dead member on node-3…');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Force-remove a dead member' }).click();
  await expect.poll(() => flowCalls(door)).toEqual([{ lab: 'lxd-1', flow: 'force-remove', node: 'node-3' }]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious in what is done with a product, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    const door = await openView(page, lxdView({ nodes: 3, called: { 2: 'Offline' }, separate: true }));
    door.answers['lab.flow'] = () => ({ runId: 'run-7' });
    door.run(poolRun('done'));
    await expectAccessible(page, 'the lab');
    await menuOf(page).click();
    await expectAccessible(page, 'the menu');
    await page.getByRole('menuitem', { name: 'Delete an instance…' }).click();
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Leave it' })).toBeFocused();
    await expectAccessible(page, 'a dialog');
    await page.keyboard.press('Escape');
    await choose(page, 'Create a storage pool…');
    await page.keyboard.press('Enter');
    await expect(page.getByText('PENDING').first()).toBeVisible();
    await expectAccessible(page, 'the steps');
  });
}
