import { expect, freshName, loaded, test, useApp } from './app.ts';
import { docker, inNode } from './docker.ts';
import { LabPage } from './lab-page.ts';

const app = useApp();
let name = '';

test.beforeAll(async () => {
  test.setTimeout(300_000);
  name = await app.deploy({ recipe: 'microovn', name: freshName('type') });
});
test.beforeEach(async ({ page }) => {
  await app.open(page, `/lab/${name}`);
  await new LabPage(page).ready();
});
test.afterEach(async ({ page }) => {
  // The next test starts without the shells of this one.
  const open = await app.client.call('terminal.list', { lab: name });
  await page.close();
  await Promise.all(open.map(({ terminalId }) => app.client.call('terminal.close', { terminalId })));
});

test('two terminals on two nodes tell of the same three chassis, side by side', async ({ page }) => {
  const lab = new LabPage(page);
  for (const node of ['node-1', 'node-2']) {
    const shell = await lab.openShell(node);
    expect(await shell.ask('hostname')).toBe(node);
    const chassis = await shell.ask("microovn.ovn-sbctl show | sed -n 's/.*hostname: //p' | sort | tr '\\n' ' '");
    expect(chassis.replaceAll('"', '')).toBe('node-1 node-2 node-3');
  }
  await lab.dock.getByRole('button', { name: 'Split' }).click();
  await lab.dock.getByRole('tab', { name: 'node-1' }).click();
  await expect(lab.dock.getByRole('tabpanel')).toHaveCount(2);
  const first = lab.shell('node-1');
  await first.type('clear; microovn.ovn-sbctl show | grep Chassis');
  await first.says(/Chassis.*Chassis.*Chassis/);
  await lab.dock.getByRole('button', { name: 'Join' }).click();
  await expect(lab.dock.getByRole('tabpanel')).toHaveCount(1);
});

test('typing goes to all nodes when asked to, and only then', async ({ page }) => {
  const lab = new LabPage(page);
  const first = await lab.openShell('node-1');
  await lab.dock.getByRole('button', { name: 'Type into all nodes' }).click();
  await expect(lab.dock.getByText('typing into 3 nodes')).toBeVisible();
  await lab.dock.getByRole('tab', { name: /^node-3/ }).click();
  await lab.shell('node-3').says(/[#$] *$/);
  await lab.dock.getByRole('tab', { name: /^node-2/ }).click();
  await lab.shell('node-2').says(/[#$] *$/);
  await lab.dock.getByRole('tab', { name: /^node-1/ }).click();
  await first.type('hostname > /tmp/e2e-all; echo sent');
  for (const node of ['node-1', 'node-2', 'node-3'])
    await expect.poll(() => inNode(name, node, 'cat', '/tmp/e2e-all').catch(() => '')).toBe(node);
  await lab.dock.getByRole('button', { name: 'Type into all nodes' }).click();
  expect(await first.ask('echo one > /tmp/e2e-one; hostname')).toBe('node-1');
  await expect(inNode(name, 'node-2', 'cat', '/tmp/e2e-one')).rejects.toThrow('No such file');
});

test('a reload keeps screen and shell, and so does another tab', async ({ page }) => {
  const lab = new LabPage(page);
  const shell = await lab.openShell('node-1');
  const process = await shell.ask('echo $$');
  await shell.type('echo before-""reload');
  await shell.says('before-reload');
  await page.reload();
  await loaded(page);
  await lab.ready();
  await lab.shell('node-1').says('before-reload');
  expect(await lab.shell('node-1').ask('echo $$')).toBe(process);
  await lab.dock.getByRole('tab', { name: 'Ledger' }).click();
  await expect(lab.dock.getByRole('tabpanel', { name: 'Ledger' })).toContainText('microovn cluster join');
  await lab.dock.getByRole('tab', { name: /^node-1/ }).click();
  await lab.shell('node-1').says('before-reload');
  expect(await lab.shell('node-1').ask('echo $$')).toBe(process);
});

test('a shell follows its pane’s size, and its screen can be searched', async ({ page }) => {
  const lab = new LabPage(page);
  const shell = await lab.openShell('node-1');
  const before = await shell.ask('stty size');
  await page.getByRole('separator', { name: 'Height of the dock' }).press('ArrowUp');
  await page.getByRole('separator', { name: 'Height of the dock' }).press('ArrowUp');
  await page.getByRole('separator', { name: 'Width of the side panel' }).press('ArrowLeft');
  await page.getByRole('separator', { name: 'Width of the side panel' }).press('ArrowLeft');
  await expect.poll(() => shell.ask('stty size')).not.toBe(before);
  const [rows = 0, columns = 0] = (await shell.ask('stty size')).split(' ').map(Number);
  const [oldRows = 0, oldColumns = 0] = before.split(' ').map(Number);
  expect(rows).toBeGreaterThan(oldRows);
  expect(columns).toBeLessThan(oldColumns);

  await lab.dock.getByRole('button', { name: 'Search in the terminal' }).click();
  const field = page.getByRole('searchbox', { name: 'Search in the shell on node-1' });
  await field.fill('stty');
  await expect(page.getByRole('search')).not.toContainText('not found');
  await field.fill('no-such-words');
  await expect(page.getByRole('search')).toContainText('not found');
  await field.press('Escape');
  expect(await shell.ask('hostname')).toBe('node-1');
});

test('text is copied and pasted @browser', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const lab = new LabPage(page);
  const shell = await lab.openShell('node-1');
  await shell.type('clear; echo copied-""words');
  await shell.says('copied-words');
  const words = await shell.placeOf('copied-words');
  await page.mouse.dblclick(words.x, words.y);
  await page.keyboard.press('Control+Shift+C');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('copied-words');
  await page.evaluate(() => navigator.clipboard.writeText('echo pasted-""here'));
  await page.keyboard.press('Control+Shift+V');
  await shell.says('echo pasted-""here');
  await page.keyboard.press('Enter');
  await shell.says('pasted-here');
});

test('a link in a terminal asks before it opens', async ({ page, context }) => {
  const lab = new LabPage(page);
  const shell = await lab.openShell('node-1');
  await shell.type('clear; echo https://127.0.0.1:9/""e2e');
  await shell.says('https://127.0.0.1:9/e2e');
  const link = await shell.placeOf('https://127.0.0.1:9/e2e');
  await page.mouse.move(link.x, link.y);
  await expect(shell.panel.locator('.xterm-cursor-pointer')).toBeVisible();
  await page.mouse.click(link.x, link.y);
  const question = page.getByRole('dialog', { name: 'Open this link?' });
  await expect(question).toContainText('https://127.0.0.1:9/e2e');
  const pages = context.pages().length;
  await question.getByRole('button', { name: 'Leave it' }).click();
  expect(context.pages().length).toBe(pages);
});

test('closing a shell ends its process, and asks only while a command runs', async ({ page }) => {
  const lab = new LabPage(page);
  const shell = await lab.openShell('node-1');
  const process = await shell.ask('echo $$');
  await inNode(name, 'node-1', 'test', '-d', `/proc/${process}`);
  await shell.type('sleep 1000');
  await expect.poll(() => inNode(name, 'node-1', 'pgrep', '-f', 'sleep 1000').catch(() => '')).not.toBe('');
  await lab.dock.getByTitle(/^Close node-1/).click();
  const question = page.getByRole('dialog', { name: 'Close the shell on node-1?' });
  await expect(question).toContainText('sleep 1000');
  await question.getByRole('button', { name: 'Keep it' }).click();
  await lab.dock.getByTitle(/^Close node-1/).click();
  await question.getByRole('button', { name: 'Close the shell' }).click();
  await expect(lab.dock.getByRole('tab', { name: /^node-1/ })).toHaveCount(0);
  await expect
    .poll(() => inNode(name, 'node-1', 'sh', '-c', `test -d /proc/${process} || pgrep -f "sleep 100[0]" || echo gone`))
    .toBe('gone');
});

test('a shell waits while its node is down and opens again with it', async ({ page }) => {
  const lab = new LabPage(page);
  const shell = await lab.openShell('node-3');
  await shell.type('echo before-""restart');
  await shell.says('before-restart');
  await lab.select('node-3');
  await lab.side.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(shell.panel).toContainText('node-3 is not running', { timeout: 60_000 });
  await lab.side.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(shell.panel).not.toContainText('node-3 is not running', { timeout: 60_000 });
  expect(await shell.ask('hostname')).toBe('node-3');
  expect(await docker('inspect', '-f', '{{.State.Running}}', `${name}-node-3`)).toBe('true');
  await lab.ready();
});
