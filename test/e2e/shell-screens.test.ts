import { expect, test as base } from '@playwright/test';
import { LabError } from '../../shared/errors.ts';
import { lab, missing, ready, run, setScene, type Scene } from './shell/stage.ts';

/** Home, dialogs, palette and the run screen: the built page through the real browser door; no engine. */
const test = base.extend<{ show: (scene: Scene, hash?: string) => Promise<void> }>({
  show: async ({ page }, use) => {
    const doors: { close(): Promise<void> }[] = [];
    await use(async (scene, hash) => {
      const door = await setScene(scene);
      doors.push(door);
      await page.goto(door.url);
      if (hash !== undefined) await page.evaluate((to) => (location.hash = to), hash);
    });
    for (const door of doors) await door.close();
  },
});

const labs = [lab('a', ['running', 'running', 'running']), lab('b', ['running', 'running', 'stopped'])];

test('the token leaves the address, and a reload stays connected', async ({ page, show }) => {
  await show({ labs });
  await expect(page.getByRole('link', { name: 'a', exact: true })).toBeVisible();
  expect(page.url()).not.toContain('token');
  await page.reload();
  await expect(page.getByRole('link', { name: 'a', exact: true })).toBeVisible();
});

test('«empty» and «not known» are told apart', async ({ page, show }) => {
  await show({ labs: [] });
  await expect(page.getByText('No labs yet')).toBeVisible();
  await show({ labs: [], engine: missing });
  await expect(page.getByText('Not known', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Deploy OVN on Raft' })).toBeDisabled();
  await expect(page.getByText('sudo systemctl start docker')).toBeVisible();
});

test('a refused deploy says at Home what is the case and what to do', async ({ page, show }) => {
  const refusal = new LabError('engine/subnet-taken', 'The network 172.28.31.0/24 is taken.', { fix: 'Remove it.' });
  await show({ calls: { 'lab.deploy': () => Promise.reject(refusal) } });
  await page.getByRole('button', { name: 'Deploy OVN on Raft' }).click();
  await expect(page.getByRole('alert')).toContainText('The network 172.28.31.0/24 is taken. Remove it.');
});

test('destroy asks with every name, focus on the safe button, and Esc destroys nothing', async ({ page, show }) => {
  let destroyed = 0;
  await show({ labs, calls: { 'lab.destroy': () => Promise.resolve({ runId: `run-${(destroyed += 1)}` }) } });
  const more = page.getByRole('button', { name: 'More about a' });
  await more.click();
  await page.getByRole('menuitem', { name: 'Destroy…' }).click();
  await expect(page.getByRole('dialog')).toContainText('a-node-1, -node-2, -node-3');
  await expect(page.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  expect(destroyed).toBe(0);
});

test('the palette finds by letters and runs by Enter', async ({ page, show }) => {
  await show({ labs });
  await expect(page.getByRole('link', { name: 'a', exact: true })).toBeVisible();
  await page.keyboard.press('Control+Shift+P');
  await page.getByRole('combobox').fill('dark');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('a failed step shows its raw output, its cause, the ways out, and its secret only when asked', async ({
  page,
  show,
}) => {
  await show({ runs: [run('failed', ['done', 'failed', 'todo'])] }, '#/lab/a');
  await expect(page.getByText('Error: no such token')).toBeVisible();
  await expect(page.getByText('This token was used or has expired.').first()).toBeVisible();
  for (const name of ['Retry', 'Leave it as it is', 'Undo…'])
    await expect(page.getByRole('button', { name, exact: true })).toBeVisible();
  await expect(page.getByText('swordfish')).toBeHidden();
  await page.getByRole('button', { name: 'Show secret' }).click();
  await expect(page.getByText('join swordfish')).toBeVisible();
});

test('a cancel shows at once that it was asked for, while what runs comes to rest', async ({ page, show }) => {
  const asked: string[] = [];
  const cancel = ({ runId }: { runId: string }) => new Promise<void>(() => asked.push(runId));
  await show({ runs: [run('running', ['done', 'running', 'todo'])], calls: { 'run.cancel': cancel } }, '#/lab/a');
  await page.getByRole('button', { name: 'Cancel…' }).click();
  await expect(page.getByRole('button', { name: 'Go on' })).toBeFocused();
  await page.getByRole('button', { name: 'Cancel and remove' }).click();
  await expect(page.getByRole('heading', { name: 'Cancelling' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Cancel…' })).toBeDisabled();
  expect(asked).toEqual(['run-1']);
});

test('the ways out of a step that failed are in sight, however long its command and output', async ({ page, show }) => {
  await page.setViewportSize({ width: 1024, height: 700 });
  const failed = run('failed', [...Array<'done'>(12).fill('done'), 'failed', 'todo', 'todo']);
  const long = { line: `ovn-nbctl ${'lsp-add ls0 vm '.repeat(80)}`, output: 'Error: no such token\n'.repeat(200) };
  const steps = failed.steps.map((step) =>
    step.state === 'failed' ? { ...step, commands: step.commands.map((command) => ({ ...command, ...long })) } : step,
  );
  await show({ runs: [{ ...failed, steps }] }, '#/lab/a');
  for (const name of ['Retry', 'Leave it as it is', 'Undo…'])
    await expect(page.getByRole('button', { name, exact: true })).toBeInViewport({ ratio: 1 });
  await expect(page.getByText('Error: no such token').first()).toBeInViewport();
});

test('a node that is down is started before its step is tried again', async ({ page, show }) => {
  const asked: unknown[] = [];
  const calls = {
    'node.act': (input: unknown) => Promise.resolve(void asked.push(input)),
    'run.retry': (input: unknown) => Promise.resolve({ runId: `run-${asked.push(input)}` }),
  };
  const down = lab('a', ['running', 'stopped', 'running']);
  await show({ labs: [down], runs: [run('failed', ['done', 'failed', 'todo'])], calls }, '#/lab/a');
  await page.getByRole('button', { name: 'Start node-2 and retry' }).click();
  await expect.poll(() => asked).toEqual([{ lab: 'a', node: 'node-2', action: 'start' }, { runId: 'run-1' }]);
});

test('a step that failed while its run goes on is no news', async ({ page, show }) => {
  await show({ runs: [run('running', ['done', 'failed', 'todo'])] }, '#/lab/a');
  await expect(page.getByRole('heading', { name: 'Step 2 of 3' })).toBeVisible();
  await expect(page.getByText('Error: no such token')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Retry' })).toHaveCount(0);
});

test('a run that stopped outside its steps has the same ways out', async ({ page, show }) => {
  const error = { code: 'engine/refused', message: 'Not all could be taken back: a-mgmt is in use.' } as const;
  await show({ runs: [run('failed', ['undone', 'cancelled'], { error })] }, '#/lab/a');
  await expect(page.getByRole('paragraph').filter({ hasText: 'a-mgmt is in use.' }).first()).toBeVisible();
  for (const name of ['Retry', 'Leave it as it is', 'Undo…'])
    await expect(page.getByRole('button', { name, exact: true })).toBeVisible();
});

test('recipes that could not be read are asked for again', async ({ page, show }) => {
  let asked = 0;
  const refuse = () => {
    asked += 1;
    return Promise.reject(new LabError('internal', 'The folder of images cannot be read.'));
  };
  await show({ labs: [], calls: { 'recipe.list': refuse } });
  await expect(page.getByRole('group', { name: 'The recipes are not known' })).toContainText('cannot be read');
  await expect(page.getByText('holds no Quorate containers.')).toHaveText(/containers\.$/);
  const before = asked;
  await page.getByRole('button', { name: 'Look again' }).click();
  await expect.poll(() => asked).toBe(before + 1);
});

test('what stands in the way of an engine that answers is told with its fix, and does not stop a deploy', async ({
  page,
  show,
}) => {
  const dropped = { message: 'The packet filter drops it.', why: 'Its policy is DROP.', fix: 'iptables -I FORWARD' };
  const unread = { message: 'Whether it drops anything is not known.', why: 'It could not be read.', fix: '' };
  await show({ engine: { ...ready, engine: 'podman', notes: [dropped, unread] } });
  const notice = page.getByRole('group', { name: 'The packet filter drops it.' });
  await expect(notice).toContainText('Its policy is DROP.');
  await expect(notice.getByRole('button', { name: 'Copy iptables -I FORWARD' })).toBeVisible();
  await expect(page.getByText('is not known')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Deploy OVN on Raft' })).toBeEnabled();
  await expect(page.getByText('No labs yet')).toBeVisible();
});
