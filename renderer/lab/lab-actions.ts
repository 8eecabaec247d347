import type { Action } from '../lib/actions.svelte.ts';
import type { NodeTasks } from './breaking/node-tasks.svelte.ts';
import type { DockState } from './dock/dock-state.svelte.ts';
import type { FlowTasks } from './flows/flow-tasks.svelte.ts';
import { layersOf } from './canvas/layers.ts';
import type { LabState } from './lab-state.svelte.ts';
import { labWords } from './words.ts';

const words = labWords.palette;

/** What the palette offers while a lab is on the screen. Ids `shell:<node>` are known to the run page too. */
export function labActions(
  lab: LabState,
  dock: DockState,
  tasks: NodeTasks,
  flows: FlowTasks,
  openShell: (node: string) => void,
): readonly Action[] {
  const view = lab.live;
  if (view === null) return [];
  const nodes = view.nodes.flatMap((node): readonly Action[] => {
    const name = node.name;
    return [
      { id: `shell:${name}`, title: words.shell(name), group: name, keys: 'Enter', run: () => openShell(name) },
      {
        id: `select:${name}`,
        title: words.show(name),
        group: name,
        run: () => {
          lab.selectNode(name);
          lab.resize({ sideShown: true });
        },
      },
      ...tasks.items(name).flatMap((item): readonly Action[] =>
        ['shell', 'logs', 'do'].includes(item.id)
          ? []
          : [
              {
                id: `${item.id}:${name}`,
                title: `${item.title.replace('…', '')} ${name}${item.title.endsWith('…') ? '…' : ''}`,
                group: name,
                run: item.run,
              },
            ],
      ),
    ];
  });
  const databases = view.databases.map((database): Action => ({
    id: `database:${database.id}`,
    title: words.thinks(database.short),
    group: words.groups.databases,
    run: () => lab.selectDatabase(database.id),
  }));
  const screen: readonly Action[] = [
    ...layersOf(view).map(([layer, title]): Action => ({
      id: `layer:${layer}`,
      title: (lab.layers[layer] ? words.hide : words.show)(words.layer(title)),
      group: words.groups.canvas,
      keys: 'L',
      run: () => lab.toggleLayer(layer),
    })),
    {
      id: 'dock',
      title: (lab.sizes.dockShown ? words.hide : words.show)(words.dock),
      group: words.groups.dock,
      keys: 'Ctrl+`',
      run: () => lab.resize({ dockShown: !lab.sizes.dockShown }),
    },
    {
      id: 'dock:split',
      title: dock.tabs.right === null ? words.split : words.join,
      group: words.groups.dock,
      run: () => dock.split(),
    },
    {
      id: 'dock:all',
      title: dock.broadcast ? words.typeOne : words.typeAll,
      group: words.groups.dock,
      run: () => dock.toggleBroadcast(view.nodes.filter((node) => node.state === 'running').map((node) => node.name)),
    },
  ];
  const grow: readonly Action[] =
    lab.recipe?.canResize === true
      ? [{ id: 'member:add', title: words.addNode, group: view.name, keys: 'A', run: () => void tasks.addMember() }]
      : [];
  return [...nodes, ...databases, ...flows.actions(), ...grow, ...screen];
}
