import Copy from '@lucide/svelte/icons/copy';
import Play from '@lucide/svelte/icons/play';
import Plus from '@lucide/svelte/icons/plus';
import Square from '@lucide/svelte/icons/square';
import Trash2 from '@lucide/svelte/icons/trash-2';
import type { LabTasks } from '../lib/lab-tasks.ts';
import type { MenuItem } from '../parts/menu.svelte';
import type { NodeTasks } from './breaking/node-tasks.svelte.ts';
import type { LabState } from './lab-state.svelte.ts';
import { labWords } from './words.ts';

interface Parts {
  readonly lab: LabState;
  readonly tasks: NodeTasks;
  readonly labTasks: LabTasks;
  /** Where the bar has no room for «Add node», the menu has it. */
  readonly withAdd: boolean;
  readonly onScript: (lab: string) => void;
}

/** What can be done to the whole lab: the one menu behind «…» in the top bar. */
export function labItems({ lab, tasks, labTasks, withAdd, onScript }: Parts): readonly MenuItem[] {
  const words = labWords.lab;
  const states = lab.live?.nodes.map((node) => node.state) ?? [];
  const add: MenuItem = {
    id: 'add',
    title: words.addNode,
    icon: Plus,
    keys: 'A',
    disabled: lab.live?.runId !== null,
    run: () => void tasks.addMember(),
  };
  return [
    ...(withAdd && lab.recipe?.canResize === true ? [add] : []),
    { id: 'script', title: words.script, icon: Copy, run: () => onScript(lab.name) },
    {
      id: 'start',
      separator: true,
      title: words.startAll,
      icon: Play,
      disabled: !states.some((state) => state === 'stopped' || state === 'created'),
      run: () => void labTasks.act(lab.name, 'start'),
    },
    {
      id: 'stop',
      title: words.stopAll,
      icon: Square,
      disabled: !states.some((state) => state === 'running' || state === 'paused'),
      run: () => void labTasks.act(lab.name, 'stop'),
    },
    {
      id: 'destroy',
      title: words.destroy,
      icon: Trash2,
      danger: true,
      separator: true,
      run: () => void labTasks.destroy(lab.name),
    },
  ];
}
