import { expect, freshName, test, useApp } from './app.ts';
import { LabPage } from './lab-page.ts';

const app = useApp();

test('from nothing to a shell without a pointer', async ({ page }) => {
  const name = freshName('keys');
  app.made(name);
  await app.open(page);
  await expect(page.getByRole('button', { name: 'Deploy MicroOVN', exact: true })).toBeEnabled();
  const palette = page.getByRole('dialog', { name: 'Commands' });
  const command = async (words: string) => {
    await page.keyboard.press('Control+Shift+P');
    await page.keyboard.type(words);
    await expect(palette.getByRole('option', { selected: true })).toContainText(words);
    await page.keyboard.press('Enter');
    await expect(palette).toHaveCount(0);
  };
  await command('Deploy OVN on Raft with options');
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  await page.keyboard.type(name);
  await expect(page.getByRole('button', { name: `Deploy ${name}` })).toBeEnabled();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`#/lab/${name}$`));
  const lab = new LabPage(page);
  await lab.ready();
  await expect(lab.recorder).toBeVisible({ timeout: 60_000 });

  await command('Open a shell on node-2');
  const shell = lab.shell('node-2');
  await shell.says(/[#$] *$/);
  await page.keyboard.type('hostname > /tmp/e2e-keys; cat /tmp/e2e-keys');
  await page.keyboard.press('Enter');
  await shell.says(/e2e-keysnode-2|keys\s*node-2/);

  await page.keyboard.press('Control+Shift+ArrowUp');
  await expect(lab.dock.getByRole('tab', { name: /^node-2/ })).toBeFocused();
  const region = () =>
    page.evaluate(() => document.activeElement?.closest('[data-region]')?.getAttribute('data-region'));
  const order = ['side', 'top', 'strip', 'canvas', 'recorder', 'dock'];
  for (const wanted of order) {
    await page.keyboard.press('F6');
    expect(await region()).toBe(wanted);
  }
  await page.keyboard.press('Shift+F6');
  expect(await region()).toBe('recorder');

  await page.keyboard.press('Shift+F6');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Home');
  await expect(lab.node('node-1')).toBeFocused();
  await page.keyboard.press('End');
  await expect(lab.node('node-3')).toBeFocused();
  await page.keyboard.press('b');
  await expect(page.getByRole('menuitem', { name: 'Kill node-3…' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await lab.shell('node-3').says(/[#$] *$/);
});

test('the focus comes back after every dialog', async ({ page }) => {
  await app.open(page);
  const buttons = ['About Quorate', 'Options… MicroOVN', 'Search, or run a command'];
  for (const title of buttons) {
    const button = page.getByRole('button', { name: title });
    await expect(button).toBeEnabled();
    await button.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(button).toBeFocused();
  }
});
