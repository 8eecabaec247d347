import type { Page } from '@playwright/test';
import { expect, test, useApp } from './app.ts';

const app = useApp();

/** Where the cards, or what stands for them, and the heading below them are on the page, in a large window and in the smallest. */
async function placesOf(page: Page): Promise<readonly unknown[]> {
  await page.setViewportSize({ width: 1024, height: 700 });
  const small = await boxesOf(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  return [small, await boxesOf(page)];
}

function boxesOf(page: Page): Promise<readonly unknown[]> {
  return page.locator('.cards > *, #labs-title').evaluateAll((elements) =>
    elements.map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x, y, width, height };
    }),
  );
}

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
  const places = await placesOf(page);
  answer();
  await expect(page.getByText(/Docker [\d.]+.* answers/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Deploy MicroOVN', exact: true })).toBeEnabled();
  expect(await placesOf(page), 'nothing moves when the recipes arrive').toEqual(places);
});

test('a page whose script did not come says so, and is whole after a reload @browser', async ({ page }) => {
  let drop = true;
  await page.route(/\/assets\/.*\.js$/, (route) => {
    if (!drop) return route.continue();
    drop = false;
    return route.abort('failed');
  });
  await app.open(page);
  expect(drop).toBe(false);
  await expect(page.getByRole('button', { name: 'Deploy MicroOVN', exact: true })).toBeEnabled();
  await expect(page.getByText('did not load whole')).toHaveCount(0);
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
