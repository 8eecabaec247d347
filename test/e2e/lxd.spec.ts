import { expect, freshName, test, useApp } from './app.ts';
import { inNode, objectsOf } from './docker.ts';
import { deployNamed, stepsOf } from './home-page.ts';
import { LabPage } from './lab-page.ts';

const app = useApp();
const nodes = ['node-1', 'node-2', 'node-3'];

test('LXD from Home: its members and their roles, a pool created too early, and a lost quorum recovered as its document says', async ({
  page,
}) => {
  const name = freshName('lxd');
  await app.open(page);
  await deployNamed(page, 'LXD', name);
  app.made(name);
  const lab = new LabPage(page);
  await expect(page.getByText(`Deploy ${name}: done in`)).toBeVisible({ timeout: 60_000 });
  await lab.ready();

  await expect(lab.cell('LXD database')).toContainText('3 of 3 vote · may lose 1');
  for (const node of nodes) {
    await expect(lab.side.getByRole('row', { name: new RegExp(`^${node}`) })).toContainText(
      /(leader|voter)\s*Online\s*yes/,
    );
    await expect(lab.node(node)).toHaveAccessibleName(new RegExp(`^${node}, running, dqlite (leader|voter)`));
  }
  await expect(page.locator('.canvas .bar').filter({ hasText: 'lxdbr0' })).toContainText('Created · all 3 nodes');

  await page
    .getByRole('banner')
    .getByRole('button', { name: `Do on ${name}` })
    .click();
  await page.getByRole('menuitem', { name: 'Create a storage pool too early…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Create a storage pool too early' }).click();
  const early = page.getByRole('region', { name: /^Create a storage pool too early/ });
  await expect(early.getByText('Pool not defined on nodes: node-3')).toBeVisible();
  await expect(early).toContainText('refused, exit 1');
  await expect(early).toContainText(/^.*Done · /);
  await expect(page.locator('.canvas .bar').filter({ hasText: 'data' })).toContainText('Created · all 3 nodes');
  expect(await inNode(name, 'node-2', 'lxc', 'storage', 'show', 'data')).toContain('status: Created');
  await early.getByRole('button', { name: 'Close the steps' }).click();

  for (const node of ['node-1', 'node-3']) await app.client.call('node.act', { lab: name, node, action: 'kill' });
  await expect(lab.verdict).toHaveText('dqlite has no quorum');
  await expect(lab.node('node-2')).toHaveAccessibleName(/^node-2, .*dqlite voter/);
  await lab.select('node-2');
  await lab.side.getByRole('button', { name: 'Do on node-2' }).click();
  await page.getByRole('menuitem', { name: 'Recover from quorum loss…' }).click();
  const question = page.getByRole('dialog', { name: 'Recover from quorum loss · node-2' });
  await expect(question).toContainText('The lost members');
  await question.getByRole('button', { name: 'Recover from quorum loss' }).click();
  const recovery = page.getByRole('region', { name: /^Recover from quorum loss/ });
  await expect(recovery).toContainText('lxd cluster recover-from-quorum-loss', { timeout: 60_000 });
  await expect(recovery.getByRole('button', { name: 'Close the steps' })).toBeVisible({ timeout: 90_000 });
  await expect(lab.verdict).toHaveText('One node, no spare');
  await expect(lab.node('node-2')).toHaveAccessibleName(/dqlite leader/);
  const listed = await inNode(name, 'node-2', 'lxc', 'cluster', 'list', '--format', 'csv');
  expect(listed.split('\n').map((line) => line.split(',')[0])).toEqual(['node-2']);

  await lab.ofLab('Destroy…');
  await page.getByRole('button', { name: `Destroy ${name}` }).click();
  await expect(stepsOf(page).getByRole('heading', { name: 'Destroyed' })).toBeVisible({ timeout: 60_000 });
  expect(await objectsOf(name)).toEqual([]);
});
