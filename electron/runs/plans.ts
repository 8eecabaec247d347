import { LabError } from '../../shared/errors.ts';
import type { LabView } from '../../shared/lab.ts';
import type { LabRequest } from '../../shared/request.ts';
import type { RunKind } from '../../shared/run.ts';
import type { Found } from '../engines/engine.ts';
import type { Step } from '../flows/step.ts';
import { toScript } from '../flows/to-script.ts';
import type { Present, Recipe, Subnets } from '../recipes/recipe.ts';
import { readRequest } from '../request.ts';
import { subnetsOf } from '../subnets.ts';
import { labelledRequest } from '../lab-view.ts';
import type { RunsDeps } from './deps.ts';
import { destroySteps } from './destroy-steps.ts';
import type { FlowInput } from '../read-next.ts';
import { readFlow } from './read-flow.ts';
import { engineNames } from './engine-names.ts';
import { namedByPlan } from './free-node.ts';
import { hearNodes } from './hear-nodes.ts';
import { takeInventory } from './lab-inventory.ts';
import type { RunPlan } from './live-run.ts';
import { recipeOf } from './recipe-of.ts';
import { requestOf } from './request-of.ts';
import type { SubnetChoice } from './subnet-choice.ts';

/** Milliseconds a lab is given to tell what is there before a plan is made. */
const inspectTimeout = 10_000;

const nothing: Present = { found: { nodes: [], networks: [], missing: [] }, view: null };

/** What each kind of run is to do, from what the engine holds now and, where that matters, from a fresh observation. */
export class Plans {
  constructor(
    private readonly deps: RunsDeps,
    private readonly subnets: SubnetChoice,
  ) {}

  /** A new lab, and the flows that are to follow. Planned anew it chooses other subnets, or finishes what is there. */
  async deploy({ then = [], ...request }: LabRequest): Promise<RunPlan> {
    const lab = request.name;
    const recipe = recipeOf(this.deps.recipes, request.recipe);
    const avoid: string[] = [];
    const roles = rolesOf(recipe, request);
    const choose = async () => {
      const [subnets, image] = await Promise.all([
        this.subnets.choose(lab, roles, avoid),
        this.deps.images.tag(recipe.image),
      ]);
      return recipe.deploy(request, subnets, image, nothing);
    };
    const replan = async (failed: LabError | null) => {
      const taken = this.subnets.of(lab);
      if (failed !== null && taken.length > 0) await this.subnets.seeTaker(taken);
      if (!(await this.#isEmpty(lab))) {
        // What this run made is undone: it is another process that makes a lab of this name.
        if (failed !== null)
          throw new LabError('input/taken', `A lab named ${lab} is there already.`, { field: 'name' });
        return this.#finishSteps(lab);
      }
      avoid.push(...taken);
      return choose();
    };
    const next = then.map((flow, index) => async () => {
      const asked = { flow: flow.do, node: flow.on, settings: flow.with };
      const steps = (await this.#flowPlan(lab, asked)).steps;
      return steps.map((step) => ({ ...step, id: `then-${index + 1}:${step.id}` }));
    });
    return { ...this.#plan('deploy', lab, `Deploy ${lab}`, await choose(), replan), found: nothing.found, next };
  }

  /** Forms what a crash, a failed or a kept run left half done. */
  async finish(lab: string): Promise<RunPlan> {
    const steps = () => this.#finishSteps(lab);
    return this.#plan('finish', lab, `Finish ${lab}`, await steps(), steps);
  }

  async addMember(lab: string, node: string): Promise<RunPlan> {
    const steps = async () => {
      const { recipe, request, subnets, present } = await this.#look(lab);
      return recipe.addMember(request, subnets, await this.deps.images.tag(recipe.image), present, node);
    };
    return this.#plan('add-node', lab, `Add ${node} to ${lab}`, await steps(), steps);
  }

  /** @throws LabError 'input/invalid' when a database would lose its quorum */
  async removeMember(lab: string, node: string, force: boolean): Promise<RunPlan> {
    const steps = async () => {
      const { recipe, request, subnets, present } = await this.#look(lab);
      return recipe.removeMember(request, subnets, present, node, force);
    };
    return this.#plan('remove-node', lab, `Remove ${node} from ${lab}`, await steps(), steps, node);
  }

  /** Something its users do with the product. @throws LabError 'input/*' with nothing run */
  async flow(lab: string, asked: FlowInput): Promise<RunPlan> {
    const { title, steps } = await this.#flowPlan(lab, asked);
    const replan = async () => (await this.#flowPlan(lab, asked)).steps;
    // Its shells are of nodes that stay.
    return { ...this.#plan('flow', lab, title, steps, replan), closeTerminals: () => 0 };
  }

  async #flowPlan(lab: string, asked: FlowInput): Promise<{ readonly title: string; readonly steps: readonly Step[] }> {
    const there = await this.deps.labs.find(lab);
    // What is wrong with it is told before nodes are asked, which takes its time where one is silent.
    const asLabelled = requestOf(lab, there);
    const { flow, node, settings } = readFlow(recipeOf(this.deps.recipes, asLabelled.recipe), there, asked);
    flow.check?.({ request: asLabelled, settings });
    const { recipe, request, subnets, present } = await this.#look(lab);
    const image = await this.deps.images.tag(recipe.image);
    const next = recipe.nextImage === undefined ? {} : { nextImage: await this.deps.images.tag(recipe.nextImage) };
    const title = `${flow.info.title}${node === null ? '' : ` on ${node}`}`;
    return { title, steps: flow.plan({ request, subnets, image, ...next, present, node, settings }) };
  }

  /** Everything with the lab's label, whatever state it is in. */
  async destroy(lab: string): Promise<RunPlan> {
    const before = await takeInventory(this.deps.engine, lab);
    if (before.found.nodes.length + before.found.networks.length === 0) await this.deps.labs.find(lab);
    const steps = destroySteps(before.found, before.volumes);
    const replan = async () => {
      const left = await takeInventory(this.deps.engine, lab);
      return destroySteps(left.found, left.volumes);
    };
    return { ...this.#plan('destroy', lab, `Destroy ${lab}`, steps, replan), found: before.found, before };
  }

  /** The plan of a lab, or of a recipe's default lab where name and subnets are free now, as a POSIX shell script. */
  async script(target: { readonly lab: string } | { readonly recipe: string }): Promise<string> {
    const { engine, images, recipes } = this.deps;
    const found = 'lab' in target ? await this.deps.labs.find(target.lab) : null;
    const request =
      'recipe' in target
        ? readRequest({ recipe: target.recipe }, { recipes, taken: await engineNames(engine) })
        : requestOf(target.lab, found);
    const recipe = recipeOf(recipes, request.recipe);
    const roles = rolesOf(recipe, request);
    const subnets = (found === null ? null : subnetsOf(found, roles)) ?? (await this.subnets.free(roles, []));
    const steps = recipe.deploy(request, subnets, await images.tag(recipe.image), nothing);
    const { cli } = engine.traits;
    return toScript(steps, { lab: request.name, cli, title: `${recipe.info.title}: ${request.nodes} nodes` });
  }

  #plan(
    kind: RunKind,
    lab: string,
    title: string,
    steps: readonly Step[],
    replan: RunPlan['replan'],
    node?: string,
  ): RunPlan {
    const closeTerminals = () => this.deps.closeTerminals(lab, node);
    return { kind, lab, title, steps, replan, closeTerminals };
  }

  async #isEmpty(lab: string): Promise<boolean> {
    const { nodes, networks } = await this.deps.engine.list(lab);
    return nodes.length + networks.length === 0;
  }

  async #finishSteps(lab: string): Promise<readonly Step[]> {
    const { engine, images } = this.deps;
    const stopped = (await this.deps.labs.find(lab)).nodes.filter(({ state }) => state === 'stopped');
    // What a stopped node holds only it can tell.
    await Promise.all(stopped.map(({ id }) => engine.start(id)));
    const found = await engine.list(lab);
    const request = requestOf(lab, found);
    const recipe = recipeOf(this.deps.recipes, request.recipe);
    const ran = found.nodes.some(({ state }) => state === 'running');
    const roles = rolesOf(recipe, request);
    const view = ran ? await hearNodes(this.deps.labs, lab) : null;
    const subnets = subnetsOf(found, roles) ?? (await this.subnets.choose(lab, roles, []));
    return recipe.deploy(request, subnets, await images.tag(recipe.image), { found, view });
  }

  /** What the engine holds of a lab and what its nodes say, both of now. */
  async look(lab: string): Promise<{ readonly found: Found; readonly view: LabView }> {
    const view = await this.deps.labs.inspect(lab, { timeout: inspectTimeout });
    const found = await this.deps.labs.find(lab);
    const request = labelledRequest(lab, found);
    const recipe = this.deps.recipes.get(request.recipe);
    const subnets = recipe === undefined ? null : subnetsOf(found, rolesOf(recipe, request));
    return { found, view: subnets === null ? view : namedByPlan(view, subnets) };
  }

  async #look(lab: string): Promise<{ recipe: Recipe; request: LabRequest; subnets: Subnets; present: Present }> {
    const present = await this.look(lab);
    const { found } = present;
    const request = requestOf(lab, found);
    const recipe = recipeOf(this.deps.recipes, request.recipe);
    const subnets = subnetsOf(found, rolesOf(recipe, request));
    if (subnets === null) {
      throw new LabError('engine/not-found', `The networks of ${lab} are not there.`, {
        fix: `Finish or destroy ${lab}.`,
      });
    }
    return { recipe, request, subnets, present };
  }
}

const rolesOf = (recipe: Recipe, request: LabRequest) => recipe.networks(request).map(({ role }) => role);
