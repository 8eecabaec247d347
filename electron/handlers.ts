import type { RecipeInfo } from '../shared/recipe.ts';
import type { EngineHealth } from '../shared/engine.ts';
import type { RequestInput } from '../shared/request.ts';
import type { RecipeCard, TopicValue } from '../shared/rpc.ts';
import { actOnLab, actOnNode } from './actions.ts';
import type { Engine } from './engines/engine.ts';
import type { Images } from './images/images.ts';
import { readLabFile } from './lab-file.ts';
import type { Labs } from './labs.ts';
import { readLogs } from './logs.ts';
import type { Recipe } from './recipes/recipe.ts';
import { readRequest } from './request.ts';
import type { Handlers } from './rpc/door.ts';
import type { Runs } from './runs.ts';
import type { Terminals } from './terminals.ts';

/** How long `inspect` waits for sources that do not answer, in milliseconds. */
const inspectTimeout = 10_000;

export interface HandlerParts {
  readonly engine: Engine;
  readonly health: {
    /** Asks anew. */
    look(): Promise<EngineHealth>;
    watch(onHealth: (health: EngineHealth) => void): () => void;
  };
  readonly images: Images;
  readonly recipes: ReadonlyMap<string, Recipe>;
  readonly labs: Labs;
  readonly runs: Runs;
  readonly terminals: Terminals;
}

/** What every door serves: one short handler for each call and topic of the contract, the work being done elsewhere. */
export function createHandlers(parts: HandlerParts): Handlers {
  const { engine, health, images, recipes, labs, runs, terminals } = parts;
  /** Bad input is told as such also while no engine can say which names are taken. */
  const sound = (input: RequestInput): RequestInput => {
    readRequest(input, { recipes, taken: [] });
    return input;
  };
  return {
    calls: {
      'engine.look': () => health.look(),
      'recipe.list': () =>
        Promise.all([...recipes.values()].map((recipe) => cardOf(recipe.info, images.state(recipe.image)))),
      'image.old': () => images.old(),
      'image.removeOld': () => images.removeOld(),
      'lab.check': async (input) => runs.check(sound(input)),
      'lab.deploy': async (input) => runs.deploy(sound(input)),
      'lab.readFile': async ({ text, fileName }) => {
        const file = readLabFile(text, fileName);
        try {
          return await runs.check(sound(file.input));
        } catch (error) {
          throw file.locate(error);
        }
      },
      'lab.inspect': ({ lab }) => labs.inspect(lab, { timeout: inspectTimeout }),
      'lab.past': async ({ lab, at }) => labs.past(lab, at),
      'lab.script': async (target) => ({ script: await runs.script(target) }),
      'lab.finish': ({ lab }) => runs.finish(lab),
      'lab.destroy': ({ lab }) => runs.destroy(lab),
      'lab.act': ({ lab, action }) => actOnLab(parts, lab, action),
      'node.act': ({ lab, node, action }) => actOnNode(parts, lab, node, action),
      'member.add': ({ lab }) => runs.addMember(lab),
      'member.remove': ({ lab, node, force }) => runs.removeMember(lab, node, force ?? false),
      'lab.flow': ({ lab, ...asked }) => runs.flow(lab, asked),
      'run.cancel': ({ runId }) => runs.cancel(runId),
      'run.retry': ({ runId }) => runs.retry(runId),
      'run.keep': ({ runId }) => runs.keep(runId),
      'run.undo': ({ runId }) => runs.undo(runId),
      'run.reveal': async ({ runId, step, command }) => runs.reveal(runId, step, command),
      'terminal.open': (request) => terminals.open(request),
      'terminal.resize': ({ terminalId, cols, rows }) => terminals.resize(terminalId, { cols, rows }),
      'terminal.close': ({ terminalId }) => terminals.close(terminalId),
      'terminal.busy': ({ terminalId }) => terminals.busy(terminalId),
      'terminal.list': async ({ lab }) => terminals.list(lab),
      'node.logs': async ({ lab, node, file }) => readLogs(engine, await labs.find(lab), node, file),
    },
    topics: {
      engine: (_input, push) => health.watch(push),
      labs: (_input, push) => labs.watchList(push),
      lab: ({ lab }, push, end) => labs.watch(lab, push, end),
      events: ({ lab }, push) => labs.watchEvents(lab, push),
      run: ({ runId }, push) => runs.watch(runId, push),
      runs: (_input, push) => runs.watchAll(push),
      terminal: ({ terminalId }, push, end) =>
        terminals.watch(terminalId, (info: TopicValue<'terminal'>) => {
          push(info);
          if (info.state === 'closed') end(null);
        }),
    },
    attach: (terminalId, sink) => terminals.attach(terminalId, sink),
  };
}

/** Without an engine nobody knows whether the image is there; the card shows all the same. */
async function cardOf(info: RecipeInfo, state: ReturnType<Images['state']>): Promise<RecipeCard> {
  return { ...info, image: await state.catch(() => 'unknown' as const) };
}
