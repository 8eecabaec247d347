import { expect, freshName, loaded, test, useApp } from './app.ts';
import { inNode, objectsOf } from './docker.ts';

const app = useApp();

test('a link asks before anything runs, and is gone from the address', async ({ page }) => {
  const name = freshName('link');
  await app.open(page, `/link?recipe=ovn-raft&name=${name}&nodes=1`);
  const form = page.getByRole('dialog', { name: 'Deploy OVN on Raft' });
  await expect(form).toContainText('A link asks for this. Nothing runs before you agree.');
  await expect(form.getByLabel('Name', { exact: true })).toHaveValue(name);
  await expect(form.getByLabel('Nodes', { exact: true })).toHaveValue('1');
  expect(page.url()).not.toContain('link');
  await form.getByRole('button', { name: 'Leave it' }).click();
  await expect(form).toHaveCount(0);
  expect(await objectsOf(name)).toEqual([]);
  await page.reload();
  await loaded(page);
  await expect(page.getByRole('heading', { name: 'Your labs' })).toBeVisible();
  await expect(form).toHaveCount(0);
});

test('a lab file fills the form in and creates nothing; one that is wrong says where', async ({ page }) => {
  const name = freshName('file');
  await app.open(page);
  const file = (text: string) => ({ name: 'mine.quorate.yaml', mimeType: 'text/yaml', buffer: Buffer.from(text) });
  const picker = page.locator('input[type="file"]');
  await expect(page.getByRole('button', { name: 'Import…' })).toBeEnabled();
  await picker.setInputFiles(file(`recipe: microovn\nname: ${name}\nnodes: 5\nsettings:\n  demo: false\n`));
  const form = page.getByRole('dialog', { name: 'Deploy MicroOVN' });
  await expect(form).toContainText('As mine.quorate.yaml says');
  await expect(form.getByLabel('Name', { exact: true })).toHaveValue(name);
  await expect(form.getByLabel('Nodes', { exact: true })).toHaveValue('5');
  await expect(form.getByLabel('Demo workloads')).not.toBeChecked();
  await page.keyboard.press('Escape');
  expect(await objectsOf(name)).toEqual([]);

  await picker.setInputFiles(file(`recipe: microovn\nname: ${name}\nnodes: 77\n`));
  const notice = page.getByRole('alert', { name: 'mine.quorate.yaml cannot be read as a lab file' });
  await expect(notice).toContainText(/mine\.quorate\.yaml:3/);
  await expect(notice).toContainText('nodes');
  await picker.setInputFiles(file('recipe: [microovn\n'));
  await expect(notice).toContainText(/mine\.quorate\.yaml:\d+:\d+/);
  expect(await objectsOf(name)).toEqual([]);
});

test('the flows of a lab file are shown first, and done once the lab is healthy', async ({ page }) => {
  const name = freshName('then');
  await app.open(page);
  const file = (then: string) => {
    const text = `recipe: lxd\nname: ${name}\nnodes: 1\nthen:\n  - do: max-standby\n    with: { value: '3' }\n${then}`;
    return { name: 'then.quorate.yaml', mimeType: 'text/yaml', buffer: Buffer.from(text) };
  };
  const picker = page.locator('input[type="file"]');
  await expect(page.getByRole('button', { name: 'Import…' })).toBeEnabled();
  await picker.setInputFiles(file('  - do: evacuate\n    on: node-2\n'));
  const notice = page.getByRole('alert', { name: 'then.quorate.yaml cannot be read as a lab file' });
  await expect(notice).toContainText('then.quorate.yaml:8:9: There is no node «node-2».');

  await picker.setInputFiles(file(''));
  const form = page.getByRole('dialog', { name: 'Deploy LXD' });
  await expect(form).toContainText('Once it is healthy:');
  await expect(form.getByRole('listitem').first()).toHaveText('Set cluster.max_standby, value 3');
  await form.getByRole('button', { name: `Deploy ${name}` }).click();
  app.made(name);
  await expect
    .poll(() => inNode(name, 'node-1', 'lxc', 'config', 'get', 'cluster.max_standby').catch(() => ''), {
      timeout: 60_000,
    })
    .toBe('3');
});

const bad: readonly (readonly [field: string, value: string, words: RegExp])[] = [
  ['Name', 'my lab; rm -rf /', /small letters, digits and hyphens/],
  ['Name', '$(reboot)', /small letter/],
  ['Name', 'x'.repeat(60), /32 are the most/],
  ['Nodes', '0', /1/],
  ['Nodes', '10', /9/],
  ['Nodes', '1.5', /whole/],
  ['Memory per node', '1', /128/],
  ['OVN election timer', '5', /100/],
];

test('what is wrong in the options is said at its field, and nothing can be deployed', async ({ page }) => {
  await app.open(page);
  await page.getByRole('button', { name: 'Options… MicroOVN' }).click();
  const form = page.getByRole('dialog', { name: 'Deploy MicroOVN' });
  for (const [title, value, words] of bad) {
    const field = form.getByLabel(title, { exact: true });
    const before = await field.inputValue();
    await field.fill(value);
    await expect(field, `${title}: ${value}`).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(words);
    await expect(form.getByRole('button', { name: /^Deploy/ })).toBeDisabled();
    await field.fill(before);
    await expect(field).toHaveAttribute('aria-invalid', 'false');
  }
  const taken = await app.deploy({ recipe: 'ovn-raft', name: freshName('taken'), nodes: 1 });
  await form.getByLabel('Name', { exact: true }).fill(taken);
  await expect(form.getByLabel('Name', { exact: true })).toHaveAccessibleDescription(/is there already/);
});
