import { SvelteMap } from 'svelte/reactivity';
import type { Client } from '../../../shared/rpc.ts';
import type { Shell } from '../../lib/shell.svelte.ts';
import { keepStored, readStored } from '../stored.ts';
import { terminalTheme } from './colours.ts';
import { Session } from './session.svelte.ts';
import {
  addShell,
  closeShell,
  moveShell,
  noTabs,
  showTab,
  tabIds,
  tabsSchema,
  toggleSplit,
  type Tabs,
} from './tabs.ts';
import { isWebLink } from './typed.ts';

/** The dock of one lab: its tabs, its shells, and whether typing goes to all of them. */
export class DockState {
  #tabs = $state.raw<Tabs>(noTabs);
  #broadcast = $state(false);
  readonly sessions = new SvelteMap<string, Session>();

  constructor(
    private readonly client: Client,
    private readonly shell: Shell,
    readonly lab: string,
    private readonly storage: Storage,
    private readonly onKey: (event: KeyboardEvent) => boolean,
  ) {
    this.#tabs = readStored(storage, lab, 'dock', tabsSchema) ?? noTabs;
    for (const { key, node } of this.#tabs.shells) this.#session(key, node);
  }

  get tabs(): Tabs {
    return this.#tabs;
  }
  get broadcast(): boolean {
    return this.#broadcast;
  }

  #keep(tabs: Tabs): void {
    this.#tabs = tabs;
    keepStored(this.storage, this.lab, 'dock', tabs);
  }

  #session(key: string, node: string): Session {
    const session = new Session(
      this.client,
      this.lab,
      node,
      key,
      {
        onTyped: (from, data) => this.#typed(from, data),
        onLink: (uri) => void this.#open(uri),
        onKey: this.onKey,
      },
      this.#theme(),
    );
    this.sessions.set(key, session);
    return session;
  }

  #theme() {
    return terminalTheme(this.shell.theme.shown, getComputedStyle(document.documentElement));
  }

  /** The page's theme changed. */
  recolour(): void {
    const theme = this.#theme();
    for (const session of this.sessions.values()) session.terminal.options.theme = theme;
  }

  #typed(from: Session, data: string): void {
    const all = this.#broadcast ? this.sessions.values() : [from];
    for (const session of all) session.write(data);
  }

  async #open(uri: string): Promise<void> {
    if (!isWebLink(uri)) return;
    const agreed = await this.shell.questions.ask({
      title: 'Open this link?',
      lead: uri,
      keep: 'Leave it',
      go: 'Open the link',
    });
    if (agreed) window.open(uri, '_blank', 'noopener,noreferrer');
  }

  /** Shows the first shell on a node, opening one when there is none, and gives it the focus. */
  openShell(node: string): Session {
    const there = this.#tabs.shells.find((shell) => shell.node === node);
    if (there === undefined) return this.newShell(node);
    this.show(there.key);
    const session = this.sessions.get(there.key) ?? this.#session(there.key, node);
    session.focus();
    return session;
  }

  /** One more shell on a node. */
  newShell(node: string): Session {
    const key = crypto.randomUUID();
    const session = this.#session(key, node);
    this.#keep(addShell(this.#tabs, key, node));
    return session;
  }

  show(id: string): void {
    this.#keep(showTab(this.#tabs, id));
  }
  /** Shows the n-th tab, counted from 1. Returns its id. */
  showNth(n: number): string | null {
    const id = tabIds(this.#tabs)[n - 1] ?? null;
    if (id !== null) this.show(id);
    return id;
  }
  split(): void {
    this.#keep(toggleSplit(this.#tabs));
  }
  move(key: string, by: -1 | 1): void {
    this.#keep(moveShell(this.#tabs, key, by));
  }

  /** Closes a shell; asks only while a command runs in it. */
  async close(key: string): Promise<void> {
    const session = this.sessions.get(key);
    const terminalId = session?.terminalId ?? null;
    if (session !== undefined && terminalId !== null && (session.state === 'open' || session.state === 'waiting')) {
      // Where it cannot be told whether a command runs, closing loses no more than a shell.
      const { busy, command } = await this.client
        .call('terminal.busy', { terminalId })
        .catch(() => ({ busy: false, command: '' }));
      const agreed =
        !busy ||
        (await this.shell.questions.ask({
          title: `Close the shell on ${session.node}?`,
          lead: 'A command runs in it and would end:',
          facts: [['Command', command]],
          keep: 'Keep it',
          go: 'Close the shell',
          danger: true,
        }));
      if (!agreed) return;
      void this.client.call('terminal.close', { terminalId }).catch(() => undefined);
    }
    this.#keep(closeShell(this.#tabs, key));
    this.sessions.delete(key);
    session?.dispose();
  }

  /** Types into every shell, opening one on each of these nodes that has none; or no longer. */
  toggleBroadcast(nodes: readonly string[]): void {
    this.#broadcast = !this.#broadcast;
    if (!this.#broadcast) return;
    for (const node of nodes) {
      if (this.#tabs.shells.some((shell) => shell.node === node)) continue;
      const key = crypto.randomUUID();
      this.#session(key, node);
      const first = this.#tabs.shells.length === 0;
      this.#keep(addShell(this.#tabs, key, node, !first));
    }
    // What is typed next is meant for the shells, not for the keys of the lab.
    const { left, shells } = this.#tabs;
    const key = this.sessions.has(left) ? left : shells[0]?.key;
    if (key === undefined) return;
    this.show(key);
    this.sessions.get(key)?.focus();
  }

  /** Leaves the page; the shells go on in their nodes. */
  dispose(): void {
    for (const session of this.sessions.values()) session.dispose();
    this.sessions.clear();
  }
}
