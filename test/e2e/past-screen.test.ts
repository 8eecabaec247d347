import { expect, test, type Page } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import { Door } from './lab/door.ts';
import { labView, record, type Shape } from './lab/views.ts';

/** The lab's screen while the recorder is scrubbed, against views that this test keeps; no engine. */
const folder = process.env['QUORATE_PAGE'] ?? fileURLToPath(new URL('../../dist/renderer', import.meta.url));
const now: Shape = { nodes: 3, leaders: { cluster: 2, nb: 1, sb: 3 }, terms: { cluster: 2, nb: 3, sb: 2 } };
const then: Shape = {
  ...now,
  fate: { 3: 'killed' },
  leaders: { cluster: 2, nb: 2, sb: 2 },
  terms: { cluster: 2, nb: 2, sb: 1 },
};

/** What was kept: `then` from four minutes ago, the present from two minutes ago on, nothing before. */
async function open(page: Page): Promise<Door> {
  const view = labView(now);
  const door = new Door(view, record(view, null));
  const [first, second] = [view.at - 240_000, view.at - 120_000];
  door.past = (at) => {
    if (at < first) return { view: null, from: null, until: first };
    if (at < second) return { view: { ...labView(then), at: first }, from: first, until: second };
    return { view, from: second, until: view.at };
  };
  await door.open(page, folder);
  await expect(node(page, 'node-3')).toHaveAccessibleName(/^node-3, running/);
  return door;
}
const node = (page: Page, name: string) => page.locator(`[data-node="${name}"]`);
const strip = (page: Page) => page.getByRole('region', { name: 'Quorum' });
const side = (page: Page) => page.getByRole('complementary');
const asks = (door: Door) => door.calls.filter(({ name }) => name === 'lab.past').length;

/** Puts the cursor so many minutes before the present. The record is longer than five minutes, and the tracks show five. */
async function scrub(page: Page, minutesAgo: number): Promise<void> {
  const tracks = await page.getByRole('slider').boundingBox();
  if (tracks === null) throw new Error('the recorder has no tracks');
  await page.mouse.click(tracks.x + tracks.width * (1 - minutesAgo / 5), tracks.y + tracks.height / 2);
}

test('scrubbing shows strip, cards and tables as they were, named as past, and goes back to live', async ({ page }) => {
  const door = await open(page);
  await node(page, 'node-2').click({ position: { x: 4, y: 4 } });
  await expect(side(page).getByRole('row', { name: /OVN NB/ })).toContainText('follower');

  await scrub(page, 3);
  await expect(page.getByRole('status').filter({ hasText: /As it was at \d\d:\d\d:\d\d/ })).toBeVisible();
  await expect(strip(page)).toHaveAccessibleName(/^Quorum as it was at \d\d:\d\d:\d\d$/);
  await expect(strip(page)).toContainText(/At \d\d:\d\d:\d\d/);
  await expect(strip(page).getByRole('heading')).toHaveText('No node may fail');
  await expect(strip(page).getByRole('button', { name: 'OVN Northbound' })).toContainText('node-2 leads · term 2');
  await expect(node(page, 'node-3')).toHaveAccessibleName(/^node-3, killed/);
  await expect(node(page, 'node-2')).toHaveAccessibleName(/OVN NB leader/);
  await expect(side(page).getByRole('row', { name: /OVN NB/ })).toContainText('leader');
  await expect(side(page)).toContainText(/As it was at \d\d:\d\d:\d\d/);
  // What was is no news, and is not acted on.
  await expect(strip(page).locator('[aria-live="polite"]')).toHaveText('');
  await expect(side(page).getByRole('button', { name: 'Break node-2' })).toBeHidden();
  await expect(side(page).getByText(/ago$/)).toHaveCount(0);

  door.push(labView({ ...now, leaders: { ...now.leaders, nb: 3 } }));
  await expect(node(page, 'node-3')).toHaveAccessibleName(/^node-3, killed/);
  await page.getByRole('button', { name: 'Back to live', exact: true }).click();
  await expect(node(page, 'node-3')).toHaveAccessibleName(/^node-3, running.*OVN NB leader/);
  await expect(strip(page)).toHaveAccessibleName('Quorum');
});

test('a moment that nobody recorded is said not to be recorded', async ({ page }) => {
  await open(page);
  await scrub(page, 4.5);
  await expect(strip(page).getByRole('heading')).toHaveText('Not recorded');
  await expect(page.getByRole('main')).toContainText(/What is kept of this lab begins at \d\d:\d\d:\d\d/);
  await expect(page.locator('[data-node]')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(node(page, 'node-3')).toHaveAccessibleName(/^node-3, running/);
});

test('moments between two changes are asked for once, and opening a menu goes back to live', async ({ page }) => {
  const door = await open(page);
  await scrub(page, 3);
  await expect(node(page, 'node-3')).toHaveAccessibleName(/^node-3, killed/);
  const asked = asks(door);
  await scrub(page, 3.3);
  await scrub(page, 2.7);
  await expect(node(page, 'node-3')).toHaveAccessibleName(/^node-3, killed/);
  expect(asks(door)).toBe(asked);
  await node(page, 'node-3').click({ button: 'right', position: { x: 4, y: 4 } });
  await expect(page.getByRole('menuitem', { name: 'Restart' })).toBeVisible();
  await expect(node(page, 'node-3')).toHaveAccessibleName(/^node-3, running/);
});

test('a lab whose first answers are waited for says that it asks; one that failed to answer, that nobody does', async ({
  page,
}) => {
  const door = await open(page);
  const silent = labView({ ...now, fate: { 1: 'silent', 2: 'silent', 3: 'silent' } });
  const unheard = (asking: boolean) => ({
    ...silent,
    nodes: silent.nodes.map((one) => ({ ...one, answers: never(asking) })),
    databases: silent.databases.map((database) => ({
      ...database,
      replicas: database.replicas.map((one) => ({ ...one, ...never(asking), kind: 'unknown' as const })),
    })),
  });
  door.push(unheard(true));
  await expect(strip(page).getByRole('heading')).toHaveText('Not known yet');
  await expect(strip(page)).toContainText('Asking for Cluster, OVN NB and OVN SB');
  await expect(node(page, 'node-1')).toHaveAccessibleName(/^node-1, asking/);
  await expect(strip(page)).not.toContainText('nobody');
  door.push(unheard(false));
  await expect(strip(page).getByRole('heading')).toHaveText('Not known');
  await expect(strip(page)).toContainText('Nobody answers for Cluster, OVN NB and OVN SB');
  await expect(node(page, 'node-1')).toHaveAccessibleName(/^node-1, no answer yet/);
});
const never = (asking: boolean) => ({
  source: 'ovsdb-server',
  observedAt: null,
  answers: false,
  ...(asking ? { asking: true as const } : {}),
});

test('the last words of a killed node are told as such, with the time', async ({ page }) => {
  const door = await open(page);
  door.push(labView({ ...now, fate: { 1: 'killed' }, leaders: { ...now.leaders, nb: 2 } }));
  await node(page, 'node-1').click({ position: { x: 4, y: 4 } });
  const facts = side(page).getByRole('region', { name: 'Cluster on node-1' });
  await expect(facts).toContainText(/as of \d\d:\d\d:\d\d, before it was killed/);
  await expect(facts).toContainText('Now it is not known.');
  await expect(node(page, 'node-1')).toContainText(/last seen \d\d:\d\d:\d\d/);
});
