import { describe, expect, it } from 'vitest';
import { addShell, closeShell, moveShell, noTabs, showTab, sideOf, tabIds, tabTitle, toggleSplit } from './tabs.ts';

const two = addShell(addShell(noTabs, 'a', 'node-1'), 'b', 'node-2');

describe('tabs of the dock', () => {
  it('shows a new shell, and keeps ledger and logs last', () => {
    expect(two.left).toBe('b');
    expect(tabIds(two)).toEqual(['a', 'b', 'ledger', 'logs']);
    expect(addShell(two, 'c', 'node-3', true).left).toBe('b');
  });

  it('tells two shells on one node apart', () => {
    const three = addShell(two, 'c', 'node-1');
    expect(['a', 'c', 'b', 'logs'].map((id) => tabTitle(three, id))).toEqual([
      'node-1',
      'node-1 (2)',
      'node-2',
      'Logs',
    ]);
  });

  it('shows the neighbour of a closed shell, and never the same tab twice', () => {
    expect(closeShell(two, 'b').left).toBe('a');
    expect(closeShell(closeShell(two, 'b'), 'a').left).toBe('ledger');
    const split = toggleSplit(showTab(two, 'a'));
    expect(split.right).toBe('b');
    expect(showTab(split, 'b')).toBe(split);
    expect(['a', 'b', 'ledger'].map((id) => sideOf(split, id))).toEqual(['left', 'right', null]);
    expect(closeShell(split, 'a')).toMatchObject({ left: 'ledger', right: 'b' });
    expect(closeShell(split, 'b').right).toBeNull();
    expect(toggleSplit(split).right).toBeNull();
  });

  it('moves a tab within its kind', () => {
    expect(moveShell(two, 'a', 1).shells.map((shell) => shell.key)).toEqual(['b', 'a']);
    expect(moveShell(two, 'a', -1)).toBe(two);
  });
});
