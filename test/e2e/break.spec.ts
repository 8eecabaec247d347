import { expect, freshName, test, useApp } from './app.ts';
import { docker, watchLeaders } from './docker.ts';
import { LabPage } from './lab-page.ts';
import { leaderOf, mend } from './runs.ts';
import { recordCell, recorded } from './strip-record.ts';

const app = useApp();
const nodes = ['node-1', 'node-2', 'node-3'];
let name = '';

test.beforeAll(async () => {
  name = await app.deploy({ recipe: 'ovn-raft', name: freshName('break') });
});
test.beforeEach(async ({ page }) => {
  await mend(app.client, name);
  await app.open(page, `/lab/${name}`);
  await new LabPage(page).ready();
});

test('a leader dies: strip, card and recorder show it, and who leads next as soon as that one knows it', async ({
  page,
}) => {
  const lab = new LabPage(page);
  const leader = await leaderOf(app.client, name, 'nb');
  const others = nodes.filter((node) => node !== leader);
  await expect(lab.cell('OVN Northbound')).toContainText(`${leader} leads`);
  const led = new Map<string, number>();
  const stop = watchLeaders(name, others, (node, at) => led.set(node, led.get(node) ?? at));
  await recordCell(page, 'OVN Northbound');

  await lab.breakNode(leader, 'Kill');
  const question = page.getByRole('dialog', { name: `Kill ${leader}?` });
  await expect(question).toContainText('It leads OVN NB');
  await expect(question).toContainText('2 of 3 will remain');
  await question.getByRole('button', { name: `Kill ${leader}` }).click();

  await expect(lab.node(leader)).toHaveAccessibleName(new RegExp(`^${leader}, killed`));
  await expect(lab.cell('OVN Northbound')).toContainText(new RegExp(`(${others.join('|')}) leads`), {
    timeout: 30_000,
  });
  await expect(lab.cell('OVN Northbound')).toContainText('2 of 3 answer · may lose 0');
  await expect(lab.verdict).toHaveText('No node may fail');
  const [next, knownAt] = [...led].at(-1) ?? ['nobody', 0];
  stop();
  await expect(lab.cell('OVN Northbound')).toContainText(`${next} leads`);
  await expect(lab.node(next)).toHaveAccessibleName(/OVN NB leader/);
  await expect(lab.recorder.getByTitle(new RegExp(`OVN Northbound: ${next} · term \\d+, from`))).toBeVisible();
  await expect(lab.recorder).toContainText(`${leader} killed`);

  await lab.recorder.getByRole('slider').focus();
  await expect(async () => {
    await page.keyboard.press('[');
    await expect(lab.cell('OVN Northbound')).toContainText(`${leader} leads`, { timeout: 500 });
  }, 'event by event back to before it died').toPass({ timeout: 20_000 });
  await expect(lab.node(leader)).toHaveAccessibleName(new RegExp(`^${leader}, running.*OVN NB leader`));
  await expect(lab.verdict).toHaveText('Any one node may fail');
  await expect(lab.strip).toHaveAccessibleName(/as it was at/);
  await page.keyboard.press('End');
  await expect(lab.node(leader)).toHaveAccessibleName(new RegExp(`^${leader}, killed`));

  const said = await recorded(page);
  const shownAt = said.find(({ at, words }) => at > (said[0]?.at ?? 0) && words.includes(`${next} leads`))?.at ?? NaN;
  test.info().annotations.push({ type: 'leader change to screen', description: `${shownAt - knownAt} ms` });
  expect(shownAt - knownAt, 'from the new leader’s own word to the screen, in ms').toBeLessThanOrEqual(500);
  expect(said.some(({ at, words }) => at < shownAt && words.includes('no leader'))).toBe(true);
});

test('a paused node is shown as not answering and never as healthy, until it is resumed', async ({ page }) => {
  const lab = new LabPage(page);
  await lab.breakNode('node-2', 'Pause');
  await expect(lab.node('node-2')).toHaveAccessibleName(/^node-2, paused/);
  await expect(lab.node('node-2')).not.toHaveAccessibleName(/leader|voter/);
  await expect(lab.verdict).not.toHaveText('Any one node may fail', { timeout: 30_000 });
  await expect(lab.cell('OVN Southbound')).toContainText('2 of 3 answer');
  expect(await docker('inspect', '-f', '{{.State.Paused}}', `${name}-node-2`)).toBe('true');
  await lab.select('node-2');
  await expect(lab.side).toContainText(/as of \d\d:\d\d:\d\d, before it was paused/);
  await lab.side.getByRole('button', { name: 'Resume' }).click();
  await expect(lab.node('node-2')).toHaveAccessibleName(/^node-2, running/);
  await lab.ready();
});

test('a cut node still answers for itself, is missed by the others, and comes back', async ({ page }) => {
  const lab = new LabPage(page);
  await lab.breakNode('node-3', 'Cut network');
  await expect(lab.node('node-3')).toHaveAccessibleName(/^node-3, network cut/);
  await expect(lab.verdict).toHaveText(/No node may fail/, { timeout: 60_000 });
  await lab.select('node-3');
  await expect(lab.side).toContainText('(cut)');
  await lab.side.getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(lab.node('node-3')).toHaveAccessibleName(/^node-3, running/);
  await lab.ready();
});

test('without a majority the strip says so in words, and interrupts those who hear the page', async ({ page }) => {
  const lab = new LabPage(page);
  const assertive = lab.strip.locator('[aria-live="assertive"]');
  await expect(assertive).toHaveText('');
  await docker('kill', `${name}-node-1`);
  await expect(lab.node('node-1')).toHaveAccessibleName(/^node-1, killed/);
  await lab.breakNode('node-2', 'Kill');
  const question = page.getByRole('dialog', { name: 'Kill node-2?' });
  await expect(question).toContainText('would lose their quorum');
  await question.getByRole('button', { name: 'Kill node-2' }).click();
  await expect(lab.verdict).toHaveText('OVN NB and OVN SB have no quorum');
  await expect(lab.strip).toContainText('1 of 3 answers, 2 are needed');
  await expect(assertive).toContainText('OVN NB and OVN SB have no quorum');
  await expect(lab.node('node-3')).not.toHaveAccessibleName(/leader/, { timeout: 30_000 });
});

test('all nodes stop and start again', async ({ page }) => {
  const lab = new LabPage(page);
  await lab.ofLab('Stop all nodes');
  for (const node of nodes)
    await expect(lab.node(node)).toHaveAccessibleName(new RegExp(`^${node}, stopped`), { timeout: 60_000 });
  await expect(lab.verdict).toHaveText('Not known');
  await expect(lab.strip).toContainText('No node runs');
  await lab.ofLab('Start all nodes');
  await lab.ready();
});
