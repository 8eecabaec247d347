import type { FlowInfo } from '../../../shared/recipe.ts';
import type { Setting } from '../../../shared/request.ts';
import type { Action } from '../../lib/actions.svelte.ts';
import type { Shell } from '../../lib/shell.svelte.ts';
import type { MenuItem } from '../../parts/menu.svelte';
import type { LabState } from '../lab-state.svelte.ts';
import { labWords } from '../words.ts';
import { offered } from './choices.ts';

const words = labWords.flows;

/** A flow whose dialog is open, and the node it was chosen on; null where that is still to be said, and for one of the lab. */
export interface AskedFlow {
  readonly flow: FlowInfo;
  readonly node: string | null;
}

/** What the lab's recipe lets its user do: the same from the bar, a node's menu, the side panel and the palette. */
export class FlowTasks {
  #asked = $state.raw<AskedFlow | null>(null);

  constructor(
    private readonly shell: Shell,
    private readonly lab: LabState,
  ) {}

  /** Reactive. */
  get asked(): AskedFlow | null {
    return this.#asked;
  }

  /** Whether the recipe offers anything, on a node or at all. Reactive. */
  has(on: 'lab' | 'node'): boolean {
    const flows = this.lab.recipe?.flows ?? [];
    return on === 'lab' ? flows.length > 0 : flows.some((flow) => flow.on === 'node');
  }

  /** Opens the dialog of a flow. What is done is done now, so the present is shown. */
  ask(flow: FlowInfo, node: string | null): void {
    this.lab.past.live();
    this.#asked = { flow, node: flow.on === 'node' ? node : null };
  }

  leave(): void {
    this.#asked = null;
  }

  /** Starts it; its steps are shown beside the lab. @throws LabError as `lab.flow` does, for the dialog to show at its field */
  async start(flow: FlowInfo, node: string | null, settings: Readonly<Record<string, Setting>>): Promise<void> {
    const { name, client } = this.lab;
    const { runId } = await client.call('lab.flow', {
      lab: name,
      flow: flow.id,
      ...(node === null ? {} : { node }),
      ...(Object.keys(settings).length === 0 ? {} : { settings }),
    });
    this.shell.follow(name, runId, 'flow');
    this.#asked = null;
  }

  /** The menu of the lab (`on` null; flows of a node start with the selected one) or of a node. */
  items(on: string | null): readonly MenuItem[] {
    const isBusy = this.lab.live?.runId !== null;
    return offered(this.lab.recipe?.flows ?? [], on).map((flow) => ({
      id: `flow ${flow.id}`,
      title: words.asks(flow.title),
      group: flow.group,
      disabled: isBusy,
      run: () => this.ask(flow, on ?? this.lab.node),
    }));
  }

  /** For the palette: those of the lab, then those of each node. */
  actions(): readonly Action[] {
    const view = this.lab.live;
    if (view === null) return [];
    const unavailable = view.runId === null ? {} : { unavailable: words.busy };
    const action = (flow: FlowInfo, node: string | null): Action => ({
      id: `flow:${flow.id}:${node ?? ''}`,
      title: words.palette(flow.title, node ?? view.name),
      group: node ?? flow.group,
      ...unavailable,
      run: () => this.ask(flow, node),
    });
    const flows = offered(this.lab.recipe?.flows ?? [], null);
    return [
      ...flows.filter(({ on }) => on === 'lab').map((flow) => action(flow, null)),
      ...view.nodes.flatMap(({ name }) => flows.filter(({ on }) => on === 'node').map((flow) => action(flow, name))),
    ];
  }
}
