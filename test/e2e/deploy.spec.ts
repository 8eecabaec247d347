import { expect, freshName, loaded, test, useApp } from './app.ts';
import { docker, inNode, objectsOf } from './docker.ts';
import { deployNamed, stepOf, stepsOf } from './home-page.ts';
import { LabPage } from './lab-page.ts';

const app = useApp();

test.beforeEach(async ({ page }) => {
  await app.open(page);
});

test('one click on OVN on Raft: literal commands as they happen, ending in a lab that may lose a node', async ({
  page,
}) => {
  await page.getByRole('button', { name: 'Deploy OVN on Raft', exact: true }).click();
  await expect(page).toHaveURL(/#\/lab\/ovn-raft-\d+$/);
  const name = page.url().split('/').at(-1) ?? '';
  app.made(name);
  const now = stepsOf(page).locator('[aria-current="step"]');
  await expect(now).toContainText(/docker|ovsdb-tool|ovs-vsctl/);
  await expect(page.getByRole('heading', { level: 2, name: /^Step \d of \d$/ })).toBeVisible();
  const lab = new LabPage(page);
  await expect(page.getByText(`Deploy ${name}: done in`)).toBeVisible({ timeout: 60_000 });
  await lab.ready();
  await expect(lab.cell('OVN Northbound')).toContainText('3 of 3 vote');
  await expect(lab.cell('OVN Southbound')).toContainText('may lose 1');
  for (const node of ['node-1', 'node-2', 'node-3'])
    await expect(lab.node(node)).toHaveAccessibleName(new RegExp(`^${node}, running`));
  expect(
    (await inNode(name, 'node-2', 'ovn-sbctl', '--bare', '--columns=name', 'list', 'chassis')).split(/\s+/).sort(),
  ).toEqual(['node-1', 'node-2', 'node-3']);
  await page.getByRole('button', { name: 'Steps' }).click();
  await expect(stepsOf(page).getByRole('heading', { name: 'Deployed' })).toBeVisible();
  await stepOf(page, 'ovsdb-tool').getByRole('button').first().click();
  await expect(stepsOf(page)).toContainText('ovsdb-tool');
  await expect(stepsOf(page)).toContainText('join-cluster');
});

test('one click on MicroOVN: as the tutorial does, tokens masked until asked for', async ({ page }) => {
  const frames: string[] = [];
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(String(payload))));
  await page.reload();
  await loaded(page);
  await page.getByRole('button', { name: 'Deploy MicroOVN', exact: true }).click();
  await expect(page).toHaveURL(/#\/lab\/microovn-\d+$/);
  const name = page.url().split('/').at(-1) ?? '';
  app.made(name);
  await expect(stepsOf(page).locator('[aria-current="step"]')).toContainText('microovn cluster', { timeout: 60_000 });
  await expect(page.getByText(`Deploy ${name}: done in`)).toBeVisible({ timeout: 120_000 });
  const lab = new LabPage(page);
  await lab.ready();
  await expect(lab.side).toContainText('voter');
  for (const node of ['node-1', 'node-2', 'node-3'])
    await expect(lab.side.getByRole('row', { name: node })).toContainText(/voter\s*ONLINE/);

  await page.getByRole('button', { name: 'Steps' }).click();
  await stepOf(page, 'microovn cluster join').first().getByRole('button').first().click();
  const join = stepOf(page, 'Join node-2');
  const stages = join.getByRole('list', { name: 'How far node-2 has joined' }).getByRole('listitem');
  for (let loads = 1; loads <= 2; loads++) {
    await expect(stages).toContainText(['token', 'trust', 'member', 'OVN NB', 'OVN SB', 'voter']);
    for (const stage of await stages.all()) await expect(stage.getByRole('img', { name: /^Seen/ })).toBeVisible();
    // Told by the lab's own record, and so still known to a page that came later.
    for (const number of [1, 3, 4, 5]) await expect(stages.nth(number)).toContainText(/\d s/);
    if (loads === 1) {
      await page.reload();
      await loaded(page);
      await stepOf(page, 'microovn cluster join').first().getByRole('button').first().click();
    }
  }
  const line = join.locator('code').first();
  await expect(line).toHaveText(/^microovn cluster join \S{0,24}…$/);
  await join.getByRole('button', { name: 'Show secret' }).click();
  await expect(line).toHaveText(/^microovn cluster join [\w+/=]{100,}$/);
  const token = (await line.innerText()).split(' ').at(-1) ?? '';
  expect(JSON.parse(Buffer.from(token, 'base64').toString())).toHaveProperty('secret');
  const shown = frames.findIndex((frame) => frame.includes(token));
  expect(shown, 'the token came once, when it was asked for').toBe(
    frames.findLastIndex((frame) => frame.includes(token)),
  );
  await join.getByRole('button', { name: 'Hide secret' }).click();
  await expect(line).toHaveText(/…$/);
});

test('cancelled half way, a deploy leaves nothing', async ({ page }) => {
  const name = freshName('cancel');
  app.made(name);
  await deployNamed(page, 'MicroOVN', name);
  await expect(stepsOf(page).locator('[aria-current="step"]')).toContainText('microovn cluster', { timeout: 60_000 });
  expect(await objectsOf(name)).not.toEqual([]);
  await page.getByRole('button', { name: 'Cancel…' }).click();
  const question = page.getByRole('dialog', { name: /^Cancel the deploy at step \d of \d/ });
  await expect(question).toContainText('3 containers');
  await question.getByRole('button', { name: 'Cancel and remove' }).click();
  await expect(stepsOf(page).getByRole('heading', { name: 'Cancelled' })).toBeVisible({ timeout: 60_000 });
  await expect(stepsOf(page)).toContainText('All that it had made is removed.');
  await expect(page.getByRole('region', { name: 'Receipt' })).toContainText('Nothing of it is left.');
  expect(await objectsOf(name)).toEqual([]);
  await page.getByRole('button', { name: 'Home', exact: true }).click();
  await expect(page.getByRole('link', { name, exact: true })).toHaveCount(0);
});

test.describe('where another container has a node’s name', () => {
  let name = '';
  const occupant = () => `${name}-node-2`;

  test.beforeEach(async ({ page }) => {
    name = freshName('fail');
    app.made(name);
    const image = (await docker('images', '--format', '{{.Repository}}:{{.Tag}}')).split('\n')[0] ?? '';
    await docker('create', '--name', occupant(), image, 'true');
    await deployNamed(page, 'OVN on Raft', name);
    const step = stepOf(page, 'Start 3 nodes');
    await expect(step).toContainText(occupant(), { timeout: 60_000 });
    await expect(step).toContainText('in use');
    await expect(step.getByRole('button', { name: 'Leave it as it is' })).toBeVisible();
    await expect(stepsOf(page).locator('[aria-live]')).toContainText('failed');
  });
  test.afterEach(() => docker('rm', '-f', occupant()).catch(() => undefined));

  test('the step says so, and goes on from there once that is gone', async ({ page }) => {
    await docker('rm', '-f', occupant());
    await page.getByRole('button', { name: 'Retry' }).click();
    await new LabPage(page).ready();
    expect((await objectsOf(name)).length).toBe(5);
  });

  test('the step’s work can be undone; the other container stays', async ({ page }) => {
    await page.getByRole('button', { name: 'Undo…' }).click();
    const question = page.getByRole('dialog', { name: 'Undo the deploy?' });
    await question.getByRole('button', { name: 'Undo and remove' }).click();
    await expect(stepsOf(page).getByRole('heading', { name: 'Undone' })).toBeVisible({ timeout: 60_000 });
    expect(await objectsOf(name)).toEqual([]);
    expect(await docker('ps', '-a', '--filter', `name=${occupant()}`, '--format', '{{.Names}}')).toBe(occupant());
  });

  test('it can be left as it is, and finished later from Home', async ({ page }) => {
    await page.getByRole('button', { name: 'Leave it as it is' }).click();
    await docker('rm', '-f', occupant());
    await page.getByRole('link', { name: 'Quorate, Home' }).click();
    const row = page.getByRole('listitem').filter({ hasText: name });
    await row.getByRole('button', { name: `Finish ${name}` }).click();
    await new LabPage(page).ready();
  });
});

test('a node killed while the clusters form stops the run with the cause; started again, it goes on', async ({
  page,
}) => {
  const name = freshName('die');
  app.made(name);
  await deployNamed(page, 'MicroOVN', name);
  await expect(stepsOf(page).locator('[aria-current="step"]')).toContainText('microovn cluster', { timeout: 60_000 });
  await docker('kill', `${name}-node-3`);
  const steps = stepsOf(page);
  await expect(steps.getByRole('heading', { name: /^Stopped at step/ })).toBeVisible({ timeout: 90_000 });
  const failed = steps.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Undo…' }) });
  await expect(failed).toContainText('node-3');
  await failed.getByRole('button', { name: 'Start node-3 and retry' }).click();
  await new LabPage(page).ready();
});
