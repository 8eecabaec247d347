import { expect, test, useApp } from './app.ts';

const app = useApp();

test('the page paints before the backend has answered anything @browser', async ({ page }) => {
  let answer: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.routeWebSocket(/\/rpc$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => void held.then(() => socket.send(message)));
  });
  await app.open(page);
  await expect(page.getByRole('heading', { name: 'Deploy a cluster' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Your labs' })).toBeVisible();
  await expect(page.getByText('Looking for a container engine')).toBeVisible();
  await expect(page.getByText('Asking the engine which labs exist.')).toBeVisible();
  await expect(page.getByText('No labs yet')).toHaveCount(0);
  answer();
  await expect(page.getByText(/Docker [\d.]+.* answers/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Deploy MicroOVN', exact: true })).toBeEnabled();
});

test('a page that lost its backend says that what it shows is old, and recovers by itself @browser', async ({
  page,
}) => {
  let cut: () => void = () => undefined;
  let refuse = false;
  await page.routeWebSocket(/\/rpc$/, (socket) => {
    if (refuse) return void socket.close();
    const server = socket.connectToServer();
    cut = () => {
      refuse = true;
      void socket.close();
      void server.close();
    };
  });
  await app.open(page);
  await expect(page.getByRole('button', { name: 'Deploy MicroOVN', exact: true })).toBeEnabled();
  cut();
  const bar = page.getByRole('status').filter({ hasText: 'old' });
  await expect(bar).toBeVisible();
  await expect(page.getByRole('button', { name: 'Deploy MicroOVN', exact: true })).toBeDisabled();
  refuse = false;
  await expect(bar).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Deploy MicroOVN', exact: true })).toBeEnabled();
});
