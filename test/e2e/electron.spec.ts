import { expect, startDesktop, test } from './app.ts';
import { electronBinary } from './electron-binary.ts';

const binary = electronBinary();

test('the desktop app opens on Home, talks to its backend over a port, and asks before it follows a link', async () => {
  test.skip(binary === null, 'This machine has no binary of Electron: no test of this project ran.');
  const desktop = await startDesktop({}, 'quorate://deploy/ovn-raft?name=e2e-desktop');
  try {
    const { page } = desktop;
    await expect(page.getByRole('dialog', { name: 'Deploy OVN on Raft' })).toContainText('A link asks for this.');
    await page.getByRole('button', { name: 'Leave it' }).click();
    await expect(page.getByRole('heading', { name: 'Deploy a cluster' })).toBeVisible();
    expect(await page.evaluate(() => ['quorate' in window, 'require' in window, 'process' in window])).toEqual([
      'function',
      false,
      false,
    ]);
  } finally {
    await desktop.close();
  }
});
