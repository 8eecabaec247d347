import type { Action } from '../lib/actions.svelte.ts';
import type { NodeTasks } from './breaking/node-tasks.svelte.ts';
import type { DockState } from './dock/dock-state.svelte.ts';
import type { LabState, Layer } from './lab-state.svelte.ts';

const layers: readonly (readonly [Layer, string])[] = [
  ['management', 'the management network'],
  ['tunnels', 'tunnels'],
  ['logical', 'the logical layer'],
];

/** What the palette offers while a lab is on the screen. Ids `shell:<node>` are known to the run page too. */
export function labActions(
  lab: LabState,
  dock: DockState,
  tasks: NodeTasks,
  openShell: (node: string) => void,
): readonly Action[] {
  const view = lab.view;
  if (view === null) return [];
  const nodes = view.nodes.flatMap((node): readonly Action[] => {
    const name = node.name;
    return [
      { id: `shell:${name}`, title: `Open a shell on ${name}`, group: name, keys: 'Enter', run: () => openShell(name) },
      {
        id: `select:${name}`,
        title: `Show ${name}`,
        group: name,
        run: () => {
          lab.selectNode(name);
          lab.resize({ sideShown: true });
        },
      },
      ...tasks.items(name).flatMap((item): readonly Action[] =>
        ['shell', 'logs'].includes(item.id)
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
    title: `Show who thinks who leads ${database.short}`,
    group: 'Databases',
    run: () => lab.selectDatabase(database.id),
  }));
  const screen: readonly Action[] = [
    ...layers.map(([layer, words]): Action => ({
      id: `layer:${layer}`,
      title: `${lab.layers[layer] ? 'Hide' : 'Show'} ${words}`,
      group: 'Canvas',
      keys: 'L',
      run: () => lab.toggleLayer(layer),
    })),
    {
      id: 'dock',
      title: lab.sizes.dockShown ? 'Hide the dock' : 'Show the dock',
      group: 'Dock',
      keys: 'Ctrl+`',
      run: () => lab.resize({ dockShown: !lab.sizes.dockShown }),
    },
    {
      id: 'dock:split',
      title: dock.tabs.right === null ? 'Split the dock' : 'Join the dock',
      group: 'Dock',
      run: () => dock.split(),
    },
    {
      id: 'dock:all',
      title: dock.broadcast ? 'Stop typing into all nodes' : 'Type into all nodes',
      group: 'Dock',
      run: () => dock.toggleBroadcast(view.nodes.filter((node) => node.state === 'running').map((node) => node.name)),
    },
  ];
  const grow: readonly Action[] =
    lab.recipe?.canResize === true
      ? [{ id: 'member:add', title: 'Add a node', group: view.name, keys: 'A', run: () => void tasks.addMember() }]
      : [];
  return [...nodes, ...databases, ...grow, ...screen];
}
