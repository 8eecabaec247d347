import { SvelteSet } from 'svelte/reactivity';
import CirclePlay from '@lucide/svelte/icons/play';
import OctagonX from '@lucide/svelte/icons/octagon-x';
import Pause from '@lucide/svelte/icons/pause';
import Plug from '@lucide/svelte/icons/plug';
import RotateCw from '@lucide/svelte/icons/rotate-cw';
import Square from '@lucide/svelte/icons/square';
import SquareTerminal from '@lucide/svelte/icons/square-terminal';
import ListChecks from '@lucide/svelte/icons/list-checks';
import FileText from '@lucide/svelte/icons/file-text';
import UserMinus from '@lucide/svelte/icons/circle-minus';
import Unplug from '@lucide/svelte/icons/unplug';
import type { LucideIcon } from '@lucide/svelte';
import type { NodeAction } from '../../../shared/rpc.ts';
import type { Shell } from '../../lib/shell.svelte.ts';
import type { MenuItem } from '../../parts/menu.svelte';
import type { LabState } from '../lab-state.svelte.ts';
import { labWords } from '../words.ts';
import { actionsFor, breaking, consequences, expectations, removal } from './expect.ts';

const icons: Readonly<Record<NodeAction, LucideIcon>> = {
  stop: Square,
  start: CirclePlay,
  restart: RotateCw,
  kill: OctagonX,
  pause: Pause,
  resume: CirclePlay,
  cut: Unplug,
  restore: Plug,
};
const words = labWords.break;

/** Where a node's menu leads. */
interface NodeDoors {
  openShell(node: string): void;
  openLogs(node: string): void;
  /** What the recipe lets a user do on a node; null where it offers nothing. */
  openFlows: ((node: string) => void) | null;
}

/** What can be done to nodes, with its questions: the same from the side panel, the menu on the canvas, keys and palette. */
export class NodeTasks {
  readonly #busy = new SvelteSet<string>();

  constructor(
    private readonly shell: Shell,
    private readonly lab: LabState,
    private readonly doors: NodeDoors,
  ) {}

  /** True while the engine is at work on that node. */
  busy(node: string): boolean {
    return this.#busy.has(node);
  }

  /** Acts at once: what these do can be undone, and no data is lost. A kill asks, as it is the one nobody is told of. */
  async act(node: string, action: NodeAction): Promise<void> {
    const view = this.lab.live;
    if (view === null || this.busy(node)) return;
    if (action === 'kill' && !(await this.#agreesToKill(node))) return;
    // What is done is done now, and is to be seen.
    this.lab.past.live();
    this.#busy.add(node);
    await this.shell.attempt(this.lab.client.call('node.act', { lab: this.lab.name, node, action }));
    this.#busy.delete(node);
  }

  async #agreesToKill(node: string): Promise<boolean> {
    const view = this.lab.live;
    if (view === null) return false;
    return this.shell.questions.ask({
      title: words.kill(node),
      lead: consequences(view, node),
      keep: words.leave,
      go: words.killGo(node),
      danger: true,
    });
  }

  async addMember(): Promise<void> {
    const started = await this.shell.attempt(this.lab.client.call('member.add', { lab: this.lab.name }));
    if (started !== undefined) this.shell.follow(this.lab.name, started.runId);
  }

  async removeMember(node: string): Promise<void> {
    const view = this.lab.live;
    if (view === null) return;
    const isThere = view.nodes.some(({ name, state }) => name === node && state !== 'gone');
    const agreed = await this.shell.questions.ask({
      title: words.remove(node),
      lead: removal(view, node),
      ...(isThere ? { facts: [[words.removes, words.container(this.lab.name, node)]] } : {}),
      keep: words.keep(node),
      go: words.removeGo(node),
      danger: true,
    });
    if (!agreed) return;
    const started = await this.shell.attempt(this.lab.client.call('member.remove', { lab: this.lab.name, node }));
    if (started !== undefined) this.shell.follow(this.lab.name, started.runId);
  }

  /** Without its object, for a button beside the node's name, e.g. `Restore`. */
  shortTitle(action: NodeAction): string {
    return words.short[action];
  }

  icon(action: NodeAction): LucideIcon {
    return icons[action];
  }

  /** The ways to break a node, each saying what the arithmetic expects. */
  breakItems(node: string): readonly MenuItem[] {
    const view = this.lab.live;
    const seen = view?.nodes.find((one) => one.name === node);
    if (view === null || seen === undefined) return [];
    const expected = expectations(view, [node]).join('; ');
    const allowed = actionsFor(seen);
    return breaking.map((action) => ({
      id: `break ${action}`,
      title: words.of(words.titles[action], action === 'kill' ? words.asks(node) : node),
      note: [words.means[action], expected].filter((part) => part !== '').join('. '),
      icon: icons[action],
      disabled: !allowed.includes(action),
      run: () => void this.act(node, action),
    }));
  }

  /** The running nodes, each leading on to the ways to break it. */
  breakList(onNode: (node: string) => void): readonly MenuItem[] {
    return (this.lab.live?.nodes ?? [])
      .filter((node) => node.state === 'running')
      .map(({ name }) => ({ id: name, title: labWords.lab.breakNode(name), run: () => onNode(name) }));
  }

  #flowItem(node: string): readonly MenuItem[] {
    const open = this.doors.openFlows;
    return open === null ? [] : [{ id: 'do', title: labWords.flows.item, icon: ListChecks, run: () => open(node) }];
  }

  /** Everything that can be done to a node: the menu behind «more» and the right mouse button. */
  items(node: string): readonly MenuItem[] {
    const seen = this.lab.live?.nodes.find((one) => one.name === node);
    if (seen === undefined) return [];
    const item = (action: NodeAction): MenuItem => ({
      id: action,
      title: action === 'kill' ? words.asks(words.titles[action]) : words.titles[action],
      icon: icons[action],
      run: () => void this.act(node, action),
    });
    return [
      { id: 'shell', title: words.shell, icon: SquareTerminal, keys: 'Enter', run: () => this.doors.openShell(node) },
      { id: 'logs', title: words.logs, icon: FileText, run: () => this.doors.openLogs(node) },
      ...this.#flowItem(node),
      ...actionsFor(seen).map((action, index) => ({ ...item(action), separator: index === 0 })),
      ...(this.lab.recipe?.canResize === true
        ? [
            {
              id: 'remove',
              title: words.removeItem,
              icon: UserMinus,
              danger: true,
              separator: true,
              run: () => void this.removeMember(node),
            },
          ]
        : []),
    ];
  }
}
