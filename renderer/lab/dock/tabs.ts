import * as v from 'valibot';
import { dockWords } from './words.ts';

/** What the dock shows, as plain data: it survives a reload of the page, and each key finds its running shell again. */
export interface Tabs {
  /** Shells in the order of their tabs. */
  readonly shells: readonly { readonly key: string; readonly node: string }[];
  /** Id of the tab shown at the left: a shell's key, `ledger` or `logs`. */
  readonly left: string;
  /** Id of the tab shown at the right; null while the dock is not split. */
  readonly right: string | null;
}

export const fixedTabs = ['ledger', 'logs'] as const;

export const noTabs: Tabs = { shells: [], left: 'ledger', right: null };

export const tabsSchema = v.object({
  shells: v.array(v.object({ key: v.string(), node: v.string() })),
  left: v.string(),
  right: v.nullable(v.string()),
});

/** Ids of all tabs in their order: shells, then ledger and logs. Ctrl+1 is the first. */
export function tabIds(tabs: Tabs): readonly string[] {
  return [...tabs.shells.map((shell) => shell.key), ...fixedTabs];
}

/** `node-1`, and `node-1 (2)` for a second shell on the same node. */
export function tabTitle(tabs: Tabs, key: string): string {
  const shell = tabs.shells.find((one) => one.key === key);
  if (shell === undefined) return key === 'ledger' ? dockWords.ledger : dockWords.logs;
  const same = tabs.shells.filter((one) => one.node === shell.node);
  const index = same.indexOf(shell);
  return index === 0 ? shell.node : `${shell.node} (${String(index + 1)})`;
}

export type Side = 'left' | 'right';

/** Where a tab's pane is; null for one that is not shown. */
export function sideOf(tabs: Tabs, id: string): Side | null {
  return id === tabs.left ? 'left' : id === tabs.right ? 'right' : null;
}

/** Adds a shell after the last one and shows it, unless `quietly`. */
export function addShell(tabs: Tabs, key: string, node: string, quietly = false): Tabs {
  const shells = [...tabs.shells, { key, node }];
  return quietly ? { ...tabs, shells } : { ...tabs, shells, left: key };
}

/** Shows a tab: at the right when it is there already, else at the left. */
export function showTab(tabs: Tabs, id: string): Tabs {
  return id === tabs.right ? tabs : { ...tabs, left: id };
}

/** Removes a shell; its neighbour is shown instead. */
export function closeShell(tabs: Tabs, key: string): Tabs {
  const before = tabIds(tabs);
  const shells = tabs.shells.filter((shell) => shell.key !== key);
  const right = tabs.right === key ? null : tabs.right;
  if (tabs.left !== key) return { shells, left: tabs.left, right };
  const after = tabIds({ ...tabs, shells });
  const left = after.filter((id) => id !== right)[Math.max(0, before.indexOf(key) - 1)] ?? 'ledger';
  return { shells, left, right };
}

/** Splits the dock in two, showing the next tab at the right, or joins it again. */
export function toggleSplit(tabs: Tabs): Tabs {
  if (tabs.right !== null) return { ...tabs, right: null };
  const ids = tabIds(tabs);
  const next = ids[(ids.indexOf(tabs.left) + 1) % ids.length];
  return { ...tabs, right: next ?? 'logs' };
}

/** Moves a shell's tab by one place. */
export function moveShell(tabs: Tabs, key: string, by: -1 | 1): Tabs {
  const at = tabs.shells.findIndex((shell) => shell.key === key);
  const shell = tabs.shells[at];
  const other = tabs.shells[at + by];
  if (shell === undefined || other === undefined) return tabs;
  const shells = [...tabs.shells];
  shells[at] = other;
  shells[at + by] = shell;
  return { ...tabs, shells };
}
