import { expect, freshName, test, useApp } from './app.ts';
import { docker, objectsOf } from './docker.ts';
import { LabPage } from './lab-page.ts';

const app = useApp();

test('two pages see the same, and a lab that is destroyed leaves a receipt and nothing else @browser', async ({
  page,
  context,
}) => {
  const name = await app.deploy({ recipe: 'ovn-raft', name: freshName('two') });
  const other = await context.newPage();
  for (const one of [page, other]) await app.open(one, `/lab/${name}`);
  const [here, there] = [new LabPage(page), new LabPage(other)];
  for (const lab of [here, there]) await lab.ready();

  await here.breakNode('node-2', 'Pause');
  for (const lab of [here, there]) await expect(lab.node('node-2')).toHaveAccessibleName(/^node-2, paused/);
  await there.select('node-2');
  await there.side.getByRole('button', { name: 'Resume' }).click();
  for (const lab of [here, there]) await lab.ready();
  await expect(here.node('node-2')).toHaveAccessibleName(/^node-2, running/);

  await there.openShell('node-1');
  const pids = (await docker('inspect', '-f', '{{.State.Pid}}', ...[1, 2, 3].map((k) => `${name}-node-${k}`))).split(
    '\n',
  );
  await here.ofLab('Destroy…');
  const question = page.getByRole('dialog', { name: `Destroy ${name}?` });
  await expect(question).toContainText(`${name}-node-1, -node-2, -node-3`);
  await expect(question).toContainText(`${name}-mgmt`);
  await expect(question).toContainText('1 open shell');
  await expect(question.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await question.getByRole('button', { name: `Destroy ${name}` }).click();
  const receipt = page.getByRole('region', { name: 'Receipt' });
  await expect(receipt).toContainText('Nothing of it is left.', { timeout: 60_000 });
  for (const object of ['node-1', 'node-2', 'node-3', 'mgmt', 'underlay'])
    await expect(receipt).toContainText(`${name}-${object}`);
  await expect(receipt).toContainText('1 shell closed');
  expect(await objectsOf(name)).toEqual([]);
  for (const pid of pids) expect(() => process.kill(Number(pid), 0), `the init of a node, ${pid}`).toThrow('ESRCH');
  await expect(there.page.getByRole('alert')).toContainText(/gone|no lab|no longer/i);
  await there.page.getByRole('link', { name: 'Quorate, Home' }).click();
  await expect(there.page.getByRole('link', { name, exact: true })).toHaveCount(0);
});
