import type { Action } from '../lib/actions.svelte.ts';
import { LabTasks } from '../lib/lab-tasks.ts';
import type { Shell } from '../lib/shell.svelte.ts';
import { themeChoices } from '../lib/theme.svelte.ts';
import { words } from '../lib/words.ts';
import type { RecipeCard } from '../../shared/rpc.ts';

/** What of the page itself an action opens. */
export interface Openers {
  options(recipe: RecipeCard): void;
  script(lab: string): void;
  importFile(): void;
  about(): void;
}

/** Actions that hold everywhere: labs, recipes, the page. Screens add their own (nodes, layers, breaking). */
export function pageActions(shell: Shell, open: Openers): readonly Action[] {
  const tasks = new LabTasks(shell);
  const { groups } = words.palette;
  const labs = shell.stores.labs ?? [];
  const away = shell.canDeploy ? {} : { unavailable: words.engine.none };
  return [
    { id: 'home', group: groups.go, title: words.palette.goHome, run: () => shell.router.go({ page: 'home' }) },
    ...labs.map((lab) => ({
      id: `open:${lab.name}`,
      group: groups.go,
      title: words.palette.openLab(lab.name),
      run: () => shell.router.go({ page: 'lab', lab: lab.name }),
    })),
    ...labs.flatMap((lab) =>
      lab.nodes.map((node) => ({
        id: `node:${lab.name}:${node.name}`,
        group: groups.go,
        title: words.palette.showNode(node.name, lab.name),
        run: () => {
          shell.actions.want(`select:${node.name}`);
          shell.router.go({ page: 'lab', lab: lab.name });
        },
      })),
    ),
    ...(shell.stores.recipes ?? []).flatMap((recipe) => [
      {
        id: `deploy:${recipe.kind}`,
        group: groups.deploy,
        title: words.palette.deploy(recipe.title),
        ...away,
        run: () => void shell.attempt(tasks.deploy({ recipe: recipe.kind })),
      },
      {
        id: `options:${recipe.kind}`,
        group: groups.deploy,
        title: words.palette.deployOptions(recipe.title),
        ...away,
        run: () => open.options(recipe),
      },
    ]),
    { id: 'import', group: groups.deploy, title: words.palette.importFile, run: () => open.importFile() },
    ...labs.flatMap((lab): readonly Action[] => [
      ...(lab.state === 'incomplete'
        ? [
            {
              id: `finish:${lab.name}`,
              group: groups.labs,
              title: words.palette.finishLab(lab.name),
              run: () => void tasks.finish(lab.name),
            },
          ]
        : []),
      {
        id: `start:${lab.name}`,
        group: groups.labs,
        title: words.palette.startLab(lab.name),
        run: () => void tasks.act(lab.name, 'start'),
      },
      {
        id: `stop:${lab.name}`,
        group: groups.labs,
        title: words.palette.stopLab(lab.name),
        run: () => void tasks.act(lab.name, 'stop'),
      },
      {
        id: `script:${lab.name}`,
        group: groups.labs,
        title: words.palette.scriptLab(lab.name),
        run: () => open.script(lab.name),
      },
      {
        id: `destroy:${lab.name}`,
        group: groups.labs,
        title: words.palette.destroyLab(lab.name),
        run: () => void tasks.destroy(lab.name),
      },
    ]),
    {
      id: 'look',
      group: groups.page,
      title: words.common.lookAgain,
      run: () => void shell.attempt(shell.stores.lookAgain()),
    },
    ...themeChoices.map((choice) => ({
      id: `theme:${choice}`,
      group: groups.page,
      title: words.palette.theme[choice],
      run: () => shell.theme.choose(choice),
    })),
    { id: 'about', group: groups.page, title: words.top.about, run: () => open.about() },
  ];
}
