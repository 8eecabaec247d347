import { expect, type Locator, type Page } from '@playwright/test';

/** The lab's screen as a user finds his way on it: by what things are called. */
export class LabPage {
  readonly strip: Locator;
  readonly verdict: Locator;
  readonly side: Locator;
  readonly recorder: Locator;
  readonly dock: Locator;

  constructor(readonly page: Page) {
    this.strip = page.getByRole('region', { name: 'Quorum' });
    this.verdict = this.strip.getByRole('heading', { level: 1 });
    this.side = page.getByRole('complementary');
    this.recorder = page.getByRole('region', { name: 'Flight recorder' });
    this.dock = page.getByRole('region', { name: 'Terminals, ledger, logs' });
  }

  /** The card of a node; its accessible name says its state and roles. */
  node(name: string): Locator {
    return this.page.locator(`[data-node="${name}"]`);
  }

  /** A database in the strip. @param title e.g. `OVN Northbound` */
  cell(title: string): Locator {
    return this.strip.getByRole('button', { name: title });
  }

  /** Waits until the lab is shown and well. */
  async ready(): Promise<void> {
    await expect(this.verdict).toHaveText('Any one node may fail', { timeout: 60_000 });
  }

  /** Shows a node in the side panel. */
  async select(node: string): Promise<void> {
    await this.node(node).click({ position: { x: 6, y: 6 } });
    await expect(this.side.getByRole('heading', { level: 2, name: node })).toBeVisible();
  }

  /** Chooses from the Break menu of a node, e.g. `Pause`. */
  async breakNode(node: string, action: string): Promise<void> {
    await this.select(node);
    await this.side.getByRole('button', { name: `Break ${node}` }).click();
    await this.page.getByRole('menuitem', { name: `${action} ${node}` }).click();
  }

  /** Chooses from the menu of the whole lab. */
  async ofLab(action: string): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page
      .getByRole('banner')
      .getByRole('button', { name: /^More about/ })
      .click();
    await this.page.getByRole('menuitem', { name: action }).click();
  }

  /** The shell shown under a tab, e.g. `node-1`. */
  shell(tab: string): Shell {
    return new Shell(this.page, this.dock.getByRole('tabpanel', { name: new RegExp(`^${tab}`) }));
  }

  /** Opens the first shell on a node as the double click does, and waits for its prompt. */
  async openShell(node: string): Promise<Shell> {
    await this.node(node).dblclick({ position: { x: 6, y: 6 } });
    const shell = this.shell(node);
    await shell.says(/[#$] *$/);
    return shell;
  }
}

/** One terminal on the page. */
export class Shell {
  readonly rows: Locator;

  constructor(
    private readonly page: Page,
    readonly panel: Locator,
  ) {
    this.rows = panel.locator('.xterm-rows');
  }

  /** Types a line into it and presses Enter. */
  async type(line: string): Promise<void> {
    await this.panel.locator('.xterm-helper-textarea').focus();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }

  /** Waits until its screen says this. */
  async says(words: string | RegExp): Promise<void> {
    await expect(this.rows).toContainText(words, { timeout: 30_000 });
  }

  /** Runs a command whose output is one word after `is=`, so that the echo of what was typed is not taken for it. */
  async ask(command: string): Promise<string> {
    const mark = Math.floor(Math.random() * 0xffffff).toString(16);
    await this.type(`echo ${mark.slice(0, 2)}""${mark.slice(2)}=$(${command})=`);
    const found = new RegExp(`${mark}=([^=]*)=`);
    await this.says(found);
    return found.exec((await this.rows.innerText()).replace(/\n/g, ''))?.[1]?.trim() ?? '';
  }

  /** Where words stand on its screen, in pixels of the page: the middle of them, where they stand last. */
  async placeOf(words: string): Promise<{ x: number; y: number }> {
    const box = await this.rows.getByText(words).last().boundingBox();
    if (box === null) throw new Error(`«${words}» is not on the screen`);
    return { x: box.x + Math.min(box.width, words.length * 7) / 2, y: box.y + box.height / 2 };
  }
}
