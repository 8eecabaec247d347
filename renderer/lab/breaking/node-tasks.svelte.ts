import { SvelteSet } from 'svelte/reactivity';
import CirclePlay from '@lucide/svelte/icons/play';
import OctagonX from '@lucide/svelte/icons/octagon-x';
import Pause from '@lucide/svelte/icons/pause';
import Plug from '@lucide/svelte/icons/plug';
import RotateCw from '@lucide/svelte/icons/rotate-cw';
import Square from '@lucide/svelte/icons/square';
import SquareTerminal from '@lucide/svelte/icons/square-terminal';
import FileText from '@lucide/svelte/icons/file-text';
import UserMinus from '@lucide/svelte/icons/circle-minus';
import Unplug from '@lucide/svelte/icons/unplug';
import type { LucideIcon } from '@lucide/svelte';
import type { NodeAction } from '../../../shared/rpc.ts';
import type { Shell } from '../../lib/shell.svelte.ts';
import type { MenuItem } from '../../parts/menu.svelte';
import type { LabState } from '../lab-state.svelte.ts';
import { actionsFor, breaking, consequences, expectations, removal } from './expect.ts';

const titles: Readonly<Record<NodeAction, string>> = {
  stop: 'Stop',
  start: 'Start',
  restart: 'Restart',
  kill: 'Kill',
  pause: 'Pause',
  resume: 'Resume',
  cut: 'Cut network',
  restore: 'Restore network',
};
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
/** What each way of breaking does, where no vote is touched. */
const means: Readonly<Record<NodeAction, string>> = {
  stop: 'SIGTERM; its daemons may hand over first',
  start: '',
  restart: '',
  kill: 'SIGKILL; nobody is told',
  pause: 'Frozen; it holds its connections and answers nobody',
  resume: '',
  cut: 'Runs on, reaches nobody',
  restore: '',
};

/** What can be done to nodes, with its questions: the same from the side panel, the menu on the canvas, keys and palette. */
export class NodeTasks {
  readonly #busy = new SvelteSet<string>();

  constructor(
    private readonly shell: Shell,
    private readonly lab: LabState,
    private readonly doors: { openShell(node: string): void; openLogs(node: string): void },
  ) {}

  /** True while the engine is at work on that node. */
  busy(node: string): boolean {
    return this.#busy.has(node);
  }

  /** Acts at once: what these do can be undone, and no data is lost. A kill asks, as it is the one nobody is told of. */
  async act(node: string, action: NodeAction): Promise<void> {
    const view = this.lab.view;
    if (view === null || this.busy(node)) return;
    if (action === 'kill' && !(await this.#agreesToKill(node))) return;
    this.#busy.add(node);
    await this.shell.attempt(this.lab.client.call('node.act', { lab: this.lab.name, node, action }));
    this.#busy.delete(node);
  }

  async #agreesToKill(node: string): Promise<boolean> {
    const view = this.lab.view;
    if (view === null) return false;
    return this.shell.questions.ask({
      title: `Kill ${node}?`,
      lead: consequences(view, node),
      keep: 'Leave it',
      go: `Kill ${node}`,
      danger: true,
    });
  }

  async addMember(): Promise<void> {
    const started = await this.shell.attempt(this.lab.client.call('member.add', { lab: this.lab.name }));
    if (started !== undefined) this.shell.follow(this.lab.name, started.runId);
  }

  async removeMember(node: string): Promise<void> {
    const view = this.lab.view;
    if (view === null) return;
    const agreed = await this.shell.questions.ask({
      title: `Remove ${node} from the cluster?`,
      lead: removal(view, node),
      facts: [['Removes', `container ${this.lab.name}-${node} with its data`]],
      keep: `Keep ${node}`,
      go: `Remove ${node}`,
      danger: true,
    });
    if (!agreed) return;
    const started = await this.shell.attempt(this.lab.client.call('member.remove', { lab: this.lab.name, node }));
    if (started !== undefined) this.shell.follow(this.lab.name, started.runId);
  }

  title(action: NodeAction): string {
    return titles[action];
  }

  icon(action: NodeAction): LucideIcon {
    return icons[action];
  }

  /** The ways to break a node, each saying what the arithmetic expects. */
  breakItems(node: string): readonly MenuItem[] {
    const view = this.lab.view;
    const seen = view?.nodes.find((one) => one.name === node);
    if (view === null || seen === undefined) return [];
    const expected = expectations(view, [node]).join('; ');
    const allowed = actionsFor(seen);
    return breaking.map((action) => ({
      id: `break ${action}`,
      title: `${titles[action]} ${node}${action === 'kill' ? '…' : ''}`,
      note: [means[action], expected].filter((part) => part !== '').join('. '),
      icon: icons[action],
      disabled: !allowed.includes(action),
      run: () => void this.act(node, action),
    }));
  }

  /** Everything that can be done to a node: the menu behind «more» and the right mouse button. */
  items(node: string): readonly MenuItem[] {
    const seen = this.lab.view?.nodes.find((one) => one.name === node);
    if (seen === undefined) return [];
    const item = (action: NodeAction): MenuItem => ({
      id: action,
      title: `${titles[action]}${action === 'kill' ? '…' : ''}`,
      icon: icons[action],
      run: () => void this.act(node, action),
    });
    return [
      { id: 'shell', title: 'Shell', icon: SquareTerminal, keys: 'Enter', run: () => this.doors.openShell(node) },
      { id: 'logs', title: 'Logs', icon: FileText, run: () => this.doors.openLogs(node) },
      ...actionsFor(seen).map((action, index) => ({ ...item(action), separator: index === 0 })),
      ...(this.lab.recipe?.canResize === true
        ? [
            {
              id: 'remove',
              title: 'Remove from the cluster…',
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
