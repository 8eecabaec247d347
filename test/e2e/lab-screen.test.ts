import { expect, test } from '@playwright/test';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { healthy, nodeOn, openScreen } from './lab/screen.ts';
import { labView, type Shape } from './lab/views.ts';

const electing: Shape = {
  ...healthy,
  fate: { 1: 'killed' },
  leaders: { cluster: 2, nb: null, sb: 3 },
  candidates: { nb: 2 },
  terms: { cluster: 2, nb: 4, sb: 2 },
};

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, shape] of Object.entries({ healthy, electing })) {
    test(`axe finds nothing serious: ${name}, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await openScreen(page, shape);
      await nodeOn(page, 'node-2').click({ position: { x: 4, y: 4 } });
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

test('choosing a database outlines its cell on every card', async ({ page }) => {
  await openScreen(page);
  await page.getByRole('button', { name: /OVN Northbound/ }).click();
  await expect(page.locator('.role.linked')).toHaveCount(3);
  await expect(page.getByRole('complementary')).toContainText('Who thinks who leads');
  await page.keyboard.press('Escape');
  await expect(page.locator('.role.linked')).toHaveCount(0);
});

test('a leader that dies is seen at once, and what thinks otherwise is marked', async ({ page }) => {
  const door = await openScreen(page);
  await expect(page.getByRole('heading', { name: 'Any one node may fail' })).toBeVisible();
  door.push(labView(electing));
  await expect(page.getByRole('heading', { name: 'No node may fail' })).toBeVisible();
  await expect(nodeOn(page, 'node-1')).toContainText('killed');
  await expect(nodeOn(page, 'node-2').locator('.role.warn')).toContainText('candidate');
  await page.getByRole('button', { name: /OVN Northbound/ }).click();
  await expect(page.getByRole('complementary')).toContainText('node-2 asks for votes in term 4');
  door.push(
    labView({ ...electing, fate: { 1: 'killed', 3: 'killed' }, leaders: { cluster: null, nb: null, sb: null } }),
  );
  await expect(page.locator('[aria-live="assertive"]').first()).toContainText('no quorum');
});

test('killing asks with the safe answer first; nothing is sent before', async ({ page }) => {
  const door = await openScreen(page);
  await nodeOn(page, 'node-1').focus();
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
  await openScreen(page);
  await expect(page.locator('.rec')).toContainText('live');
  await page.keyboard.press('[');
  await expect(page.locator('.rec')).toContainText('back to live');
  await expect(page.locator('.under')).toContainText('OVN Northbound: node-1 leads in term 3');
  await page.getByRole('slider').focus();
  await page.keyboard.press('End');
  await expect(page.locator('.under')).toBeHidden();
});

test('a member whose container was removed by hand says so, and can be taken out of the cluster', async ({ page }) => {
  const door = await openScreen(page);
  const view = labView(healthy);
  door.push({ ...view, nodes: view.nodes.filter(({ name }) => name !== 'node-3') });
  const side = page.getByRole('complementary');
  await expect(side.getByRole('row', { name: 'node-3' })).toContainText('no container');
  await expect(side.getByRole('button', { name: 'node-3', exact: true })).toHaveCount(0);
  await side.getByRole('button', { name: 'Remove node-3 from the cluster…' }).click();
  const question = page.getByRole('dialog', { name: 'Remove node-3 from the cluster?' });
  await expect(question).not.toContainText('container');
  await question.getByRole('button', { name: 'Remove node-3' }).click();
  await expect.poll(() => door.calls.map(({ name }) => name)).toContain('member.remove');
});
