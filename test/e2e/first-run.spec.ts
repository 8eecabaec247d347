import { createServer, connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, useApp } from './app.ts';

/** A door to the real engine at a path of its own, which the tests open and shut; it goes with the server. */
const path = join(tmpdir(), `quorate-e2e-${process.pid}.sock`);
let door: Server | null = null;
const open = new Set<Socket>();

async function openEngine(): Promise<void> {
  door = createServer((near) => {
    const far = connect('/var/run/docker.sock');
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      open.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => door?.listen(path, resolve));
}

async function shutEngine(): Promise<void> {
  const shut = door;
  door = null;
  for (const socket of open) socket.destroy();
  open.clear();
  if (shut !== null) await new Promise((resolve) => shut.close(resolve));
}

const app = useApp({ DOCKER_HOST: `unix://${path}` });
test.afterEach(() => shutEngine());

test('without an engine, Home says so in plain words, with the fix, and does not claim there are no labs', async ({
  page,
}) => {
  await app.open(page);
  const notice = page.getByRole('group', { name: 'No container engine answers' });
  await expect(notice).toContainText(`Quorate looked at ${path}`);
  expect((await notice.innerText()).split(path).length - 1, 'how often the reason is told').toBe(1);
  await expect(notice.getByRole('button', { name: /^Copy .*docker/ })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'No engine' })).toBeVisible();
  await expect(page.getByText('Not known', { exact: true })).toBeVisible();
  await expect(page.getByText('No labs yet')).toHaveCount(0);
  await expect(page.getByRole('article', { name: 'MicroOVN' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Deploy MicroOVN', exact: true })).toBeDisabled();
});

test('«Look again» finds an engine that came, and its end is told without asking', async ({ page }) => {
  await app.open(page);
  const again = page.getByRole('button', { name: 'Look again' });
  await expect(again).toBeVisible();
  await openEngine();
  await again.click();
  await expect(page.getByText(/Docker [\d.]+.* answers/)).toBeVisible();
  await expect(again).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Deploy MicroOVN', exact: true })).toBeEnabled();
  await shutEngine();
  await expect(again).toBeVisible();
  await expect(page.getByRole('button', { name: 'Deploy MicroOVN', exact: true })).toBeDisabled();
});
