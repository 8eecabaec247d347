import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import { root } from './backend.ts';
import { screens } from './shell/screens.ts';
import { setScene, type Scene } from './shell/stage.ts';

/** Every state of Home and of a run, and every dialog: looked over by axe in both themes, narrower than its window, and kept as pictures for people to look at. */
const test = base.extend<{ door: (scene: Scene) => ReturnType<typeof setScene> }>({
  door: async ({}, use) => {
    const doors: Awaited<ReturnType<typeof setScene>>[] = [];
    await use(async (scene) => {
      const door = await setScene(scene);
      doors.push(door);
      return door;
    });
    for (const door of doors) await door.close();
  },
});
const looks = [
  { colorScheme: 'light', width: 1440, height: 900 },
  { colorScheme: 'dark', width: 1024, height: 700 },
] as const;

for (const { name, scene, hash, act, says } of screens) {
  test(`axe finds nothing serious on ${name}`, async ({ page, door }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto((await door(scene)).url);
    if (hash !== undefined) await page.evaluate((to) => (location.hash = to), hash);
    await act?.(page);
    await expect(page.locator('body')).toContainText(says);
    for (const { colorScheme, width, height } of looks) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
      await expectAccessible(page, `${name}, ${colorScheme}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(width);
      const path = join(root, 'test', 'output', 'screenshots', `shell-${name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path, animations: 'disabled' });
    }
  });
}
