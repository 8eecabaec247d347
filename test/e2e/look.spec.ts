import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, freshName, loaded, test, useApp } from './app.ts';
import { expectAccessible } from './axe.ts';
import { root, startBackend } from './backend.ts';
import { docker } from './docker.ts';
import { deployNamed, stepsOf } from './home-page.ts';
import { LabPage } from './lab-page.ts';
import { mend, until } from './runs.ts';

/** Every screen and dialog, light and dark, wide and narrow: looked over by axe, and kept as a picture for people to look at. */
const app = useApp();
const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
];
let name = '';

test.beforeAll(async () => {
  test.setTimeout(300_000);
  name = await app.deploy({ recipe: 'microovn', name: freshName('look') });
});

/** Pictures of what the page shows now, in both themes and sizes; axe in both themes. */
async function look(page: Page, screen: string): Promise<void> {
  for (const size of sizes) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
      const path = join(root, 'test', 'output', 'screenshots', `${screen}-${size.width}-${colorScheme}.png`);
      await page.screenshot({ path, animations: 'disabled' });
      if (size === sizes[0]) await expectAccessible(page, `${screen}, ${colorScheme}`);
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
}

async function openLab(page: Page): Promise<LabPage> {
  await app.open(page, `/lab/${name}`);
  const lab = new LabPage(page);
  await lab.ready();
  return lab;
}

test('Home and its dialogs', async ({ page }) => {
  await app.open(page);
  await expect(page.getByRole('link', { name })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Deploy MicroOVN', exact: true })).toBeEnabled();
  await look(page, 'home');
  const dialogs = [
    ['about', 'About Quorate'],
    ['options', 'Options… MicroOVN'],
    ['palette', 'Search, or run a command'],
  ] as const;
  for (const [screen, button] of dialogs) {
    await page.getByRole('button', { name: button }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await look(page, screen);
    await page.keyboard.press('Escape');
  }
  await page.getByRole('button', { name: 'Options… MicroOVN' }).click();
  await page.getByLabel('Name', { exact: true }).fill('My Lab');
  await expect(page.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await look(page, 'options-wrong');
  await page.keyboard.press('Escape');
  for (const [screen, item] of [
    ['script', 'As a script…'],
    ['destroy', 'Destroy…'],
  ] as const) {
    await page.getByRole('button', { name: `More about ${name}` }).click();
    if (screen === 'script') await look(page, 'row-menu');
    await page.getByRole('menuitem', { name: item }).click();
    await expect(page.getByRole('dialog')).toContainText(name);
    await look(page, screen);
    await page.keyboard.press('Escape');
  }
});

test('Home without an engine @browser', async ({ page }) => {
  const backend = await startBackend({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  await page.goto(backend.address('/'));
  await loaded(page);
  await expect(page.getByRole('button', { name: 'Look again' })).toBeVisible();
  await look(page, 'home-no-engine');
  await backend.close();
  await expect(page.getByText('The backend of Quorate does not answer.')).toBeVisible();
  await look(page, 'home-no-backend');
});

test('a lab: nothing selected, a node, a database, the dock', async ({ page }) => {
  const lab = await openLab(page);
  await look(page, 'lab');
  await lab.select('node-2');
  await look(page, 'lab-node');
  await lab.side.getByRole('button', { name: 'Break node-2' }).click();
  await expect(page.getByRole('menuitem', { name: 'Kill node-2…' })).toBeVisible();
  await look(page, 'lab-break');
  await page.keyboard.press('Escape');
  await lab.cell('OVN Northbound').click();
  await expect(lab.side.getByRole('heading', { level: 2, name: 'OVN Northbound' })).toBeVisible();
  await look(page, 'lab-database');
  const shell = await lab.openShell('node-1');
  await shell.type('microovn.ovn-sbctl show');
  await shell.says('Port_Binding');
  await lab.dock.getByRole('button', { name: 'Split' }).click();
  await look(page, 'lab-terminal');
  await lab.dock.getByRole('button', { name: 'Join' }).click();
  await lab.dock.getByRole('tab', { name: 'Logs' }).click();
  await expect(lab.dock.getByLabel('Log of node-1')).toContainText(/\d\d:\d\d:\d\d.*\|INFO\|/);
  await look(page, 'lab-logs');
});

test('a lab with a paused and a killed node, and one without quorum', async ({ page }) => {
  const lab = await openLab(page);
  await docker('pause', `${name}-node-2`);
  await expect(lab.node('node-2')).toHaveAccessibleName(/^node-2, paused/);
  await expect(lab.verdict).toHaveText(/No node may fail/, { timeout: 60_000 });
  await lab.select('node-2');
  await look(page, 'lab-paused');
  await docker('kill', `${name}-node-3`);
  await expect(lab.verdict).toContainText('no quorum', { timeout: 60_000 });
  await lab.select('node-3');
  await look(page, 'lab-no-quorum');
  await expect(async () => {
    await page.keyboard.press('[');
    await expect(lab.verdict).toHaveText('Any one node may fail', { timeout: 500 });
  }, 'event by event back to when all was well').toPass({ timeout: 30_000 });
  await look(page, 'lab-past');
  await page.keyboard.press('Escape');
  await app.open(page);
  await expect(page.getByRole('listitem').filter({ hasText: name })).toContainText('no quorum');
  await look(page, 'home-no-quorum');
  await mend(app.client, name);
});

test('the steps of a run: under way, stopped, undone', async ({ page }) => {
  const other = freshName('steps');
  app.made(other);
  await app.open(page);
  const occupant = `${other}-node-1`;
  const image = await docker('inspect', '-f', '{{.Config.Image}}', `${name}-node-1`);
  await docker('create', '--name', occupant, image, 'true');
  try {
    await deployNamed(page, 'OVN on Raft', other);
    await expect(page.getByRole('button', { name: 'Undo…' })).toBeVisible({ timeout: 60_000 });
    await look(page, 'run-failed');
    await page.getByRole('button', { name: 'Undo…' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await look(page, 'run-undo');
    await page.getByRole('button', { name: 'Undo and remove' }).click();
    await expect(stepsOf(page).getByRole('heading', { name: 'Undone' })).toBeVisible({ timeout: 60_000 });
    await look(page, 'run-undone');
  } finally {
    await docker('rm', '-f', occupant);
  }
});

test('a run that adds a node, and its steps', async ({ page }) => {
  test.setTimeout(300_000);
  const lab = await openLab(page);
  await page.getByRole('banner').getByRole('button', { name: 'Add node' }).click();
  await expect(stepsOf(page).locator('[aria-current="step"]')).toContainText('microovn', { timeout: 60_000 });
  await page.screenshot({ path: join(root, 'test', 'output', 'screenshots', 'run-1440-light.png') });
  await expectAccessible(page, 'a run under way');
  await until(app.client, name, (view) => view.runId === null && view.nodes.length === 4);
  await expect(lab.node('node-4')).toHaveAccessibleName(/^node-4, running/);
  await look(page, 'lab-four');
});
