import type { Page } from '@playwright/test';

/** What a cell of the strip said, and when by the clock of this machine, in milliseconds since 1970. */
export interface Said {
  readonly at: number;
  readonly words: string;
}

type Recording = typeof globalThis & { said: Said[] };

/** Starts to note every change of a database's cell in the page itself, so that no way to the test is counted. */
export async function recordCell(page: Page, title: string): Promise<void> {
  await page.evaluate((wanted) => {
    const said: Said[] = ((globalThis as Recording).said = []);
    const strip = document.querySelector('[data-region="strip"]');
    const note = () => {
      const cell = [...(strip?.querySelectorAll('button') ?? [])].find((one) => one.textContent?.includes(wanted));
      const words = cell?.textContent?.replace(/\s+/g, ' ') ?? '';
      if (said.at(-1)?.words !== words) said.push({ at: Date.now(), words });
    };
    note();
    if (strip !== null)
      new MutationObserver(note).observe(strip, { subtree: true, childList: true, characterData: true });
  }, title);
}

/** What was noted so far, the oldest first. */
export function recorded(page: Page): Promise<readonly Said[]> {
  return page.evaluate(() => (globalThis as Recording).said);
}
