import { randomUUID } from 'node:crypto';
import { LabError } from '../shared/errors.ts';
import type { LabView } from '../shared/lab.ts';
import type { LabRequest, RequestInput } from '../shared/request.ts';
import type { RunKind, RunView } from '../shared/run.ts';
import type { Engine } from './engines/engine.ts';
import type { Step } from './flows/step.ts';
import { toScript } from './flows/to-script.ts';
import type { Images } from './images/images.ts';
import type { Labs } from './labs.ts';
import type { Present, Recipe, Subnets } from './recipes/recipe.ts';
import { readRequest } from './request.ts';
import { destroySteps } from './runs/destroy-steps.ts';
import { LiveRun, type RunPlan } from './runs/live-run.ts';
import { freeNode } from './runs/free-node.ts';
import { hearNodes } from './runs/hear-nodes.ts';
import { takeInventory } from './runs/lab-inventory.ts';
import { requestOf } from './runs/request-of.ts';
import { chooseSubnets, hostSubnets, overlaps, subnetsOf } from './subnets.ts';

export interface RunsDeps {
  readonly engine: Engine;
  readonly labs: Pick<Labs, 'find' | 'inspect' | 'watch' | 'waitFor' | 'setRun' | 'record'>;
  readonly images: Pick<Images, 'tag' | 'ensure'>;
  readonly recipes: ReadonlyMap<string, Recipe>;
  /** @returns how many were closed */
  readonly closeTerminals: (lab: string, node?: string) => number;
}

/** Ended runs that are remembered. */
const remembered = 50;

/** Milliseconds a lab is given to tell what is there before a plan is made. */
const inspectTimeout = 10_000;

/** Everything that changes a lab: one run per lab at a time, each a flow that can be watched, cancelled, retried and undone. */
export class Runs {
  readonly #runs = new Map<string, LiveRun>();
  /** Labs a run is being prepared for. */
  readonly #preparing = new Set<string>();
  /** Subnets chosen by runs of this backend: the engine does not know them until they are made. */
  readonly #chosen = new Map<string, Subnets>();
  readonly #listeners = new Set<(runs: readonly RunView[]) => void>();

  constructor(private readonly deps: RunsDeps) {}

  /** Fills in defaults and checks everything, creating nothing. @throws LabError 'input/*' | 'engine/*' */
  async check(input: RequestInput): Promise<LabRequest> {
    return this.#read(input, await this.#engineNames());
  }

  /** @throws LabError 'input/*' | 'engine/*', with nothing created */
  async deploy(input: RequestInput): Promise<{ readonly runId: string; readonly lab: string }> {
    const names = await this.#engineNames();
    // Nothing is awaited from here to the moment the name is reserved.
    const request = this.#read(input, names);
    const lab = request.name;
    const runId = await this.#begin(lab, async () => {
      const recipe = this.#recipe(request.recipe);
      const avoid: string[] = [];
      const choose = async () => {
        const [subnets, image] = await Promise.all([
          this.#chooseSubnets(lab, avoid),
          this.deps.images.tag(recipe.image),
        ]);
        return recipe.deploy(request, subnets, image, nothing);
      };
      const steps = await choose();
      const replan = async (failed: LabError | null) => {
        const subnets = this.#chosen.get(lab);
        if (failed !== null && subnets !== undefined) await this.#seeTaker(cidrs(subnets));
        if (!(await this.#isEmpty(lab))) {
          // What this run made is undone: it is another process that makes a lab of this name.
          if (failed !== null)
            throw new LabError('input/taken', `A lab named ${lab} is there already.`, { field: 'name' });
          return this.#finishSteps(lab);
        }
        avoid.push(...(subnets === undefined ? [] : cidrs(subnets)));
        return choose();
      };
      return { ...this.#plan('deploy', lab, `Deploy ${lab}`, steps, replan), found: nothing.found };
    });
    return { runId, lab };
  }

  /** Forms what a crash, a failed or a kept run left half done. */
  async finish(lab: string): Promise<{ readonly runId: string }> {
    const plan = () => this.#finishSteps(lab);
    const runId = await this.#begin(lab, async () => this.#plan('finish', lab, `Finish ${lab}`, await plan(), plan));
    return { runId };
  }

  /** @throws LabError 'input/invalid' when the lab has all the nodes a lab may have */
  async addMember(lab: string): Promise<{ readonly runId: string; readonly node: string }> {
    const found = await this.deps.labs.find(lab);
    const node = freeNode(found);
    const plan = async () => {
      const { recipe, request, subnets, present } = await this.#look(lab);
      return recipe.addMember(request, subnets, await this.deps.images.tag(recipe.image), present, node);
    };
    const runId = await this.#begin(lab, async () =>
      this.#plan('add-node', lab, `Add ${node} to ${lab}`, await plan(), plan),
    );
    return { runId, node };
  }

  /** @throws LabError 'input/unknown' | 'input/invalid' (a database would lose its quorum), with nothing changed */
  async removeMember(lab: string, node: string, force: boolean): Promise<{ readonly runId: string }> {
    const found = await this.deps.labs.find(lab);
    if (!found.nodes.some((one) => one.node === node)) {
      const names = found.nodes.map((one) => one.node).join(', ');
      throw new LabError('input/unknown', `${lab} has no node «${node}».`, { field: 'node', fix: `It has ${names}.` });
    }
    const plan = async () => {
      const { recipe, request, present } = await this.#look(lab);
      return recipe.removeMember(request, present, node, force);
    };
    const runId = await this.#begin(lab, async () =>
      this.#plan('remove-node', lab, `Remove ${node} from ${lab}`, await plan(), plan, node),
    );
    return { runId };
  }

  /** Removes everything with the lab's label, whatever state it is in. */
  async destroy(lab: string): Promise<{ readonly runId: string }> {
    const runId = await this.#begin(lab, async () => {
      const before = await takeInventory(this.deps.engine, lab);
      if (before.found.nodes.length + before.found.networks.length === 0) await this.deps.labs.find(lab);
      const steps = destroySteps(before.found, before.volumes);
      const replan = async () => {
        const left = await takeInventory(this.deps.engine, lab);
        return destroySteps(left.found, left.volumes);
      };
      return { ...this.#plan('destroy', lab, `Destroy ${lab}`, steps, replan), found: before.found, before };
    });
    return { runId };
  }

  /** Resolves when the run has come to rest, with what it made taken back. */
  async cancel(runId: string): Promise<void> {
    await this.#run(runId).cancel();
  }

  /** Runs a failed or kept run again from what is not done. @throws LabError 'lab/busy' */
  async retry(runId: string): Promise<{ readonly runId: string }> {
    const run = this.#resting(runId);
    this.#follow(run, run.retry());
    return { runId };
  }

  async keep(runId: string): Promise<void> {
    this.#resting(runId).keep();
  }

  async undo(runId: string): Promise<void> {
    const run = this.#resting(runId);
    const undone = run.undo();
    this.#follow(run, undone);
    await undone;
  }

  /** One command of a step, unmasked. @throws LabError 'input/unknown' */
  reveal(runId: string, step: string, command: number): { readonly line: string; readonly output: string } {
    const record = this.#run(runId).flow.steps.find((one) => one.step.id === step)?.commands[command];
    if (record === undefined) throw new LabError('input/unknown', `There is no command ${command} in step «${step}».`);
    return { line: record.line, output: record.output };
  }

  /** The present view at once, then each change. @returns its own undo */
  watch(runId: string, onValue: (run: RunView) => void): () => void {
    return this.#run(runId).watch(onValue);
  }

  /** Runs under way or waiting for the user. @returns its own undo */
  watchAll(onValue: (runs: readonly RunView[]) => void): () => void {
    this.#listeners.add(onValue);
    onValue(this.#open());
    return () => this.#listeners.delete(onValue);
  }

  /** Resolves when the run neither runs nor undoes. */
  async done(runId: string): Promise<RunView> {
    return this.#run(runId).settled();
  }

  /** The plan of a lab, or of a recipe's default lab, as a POSIX shell script. */
  async script(target: { readonly lab: string } | { readonly recipe: string }): Promise<string> {
    const { engine, images } = this.deps;
    const found = 'lab' in target ? await this.deps.labs.find(target.lab) : null;
    const request =
      'recipe' in target
        ? readRequest({ recipe: target.recipe }, { recipes: this.deps.recipes, taken: [] })
        : requestOf(target.lab, found);
    const recipe = this.#recipe(request.recipe);
    const subnets = (found === null ? null : subnetsOf(found)) ?? chooseSubnets([]);
    const steps = recipe.deploy(request, subnets, await images.tag(recipe.image), nothing);
    const { cli } = engine.traits;
    return toScript(steps, { lab: request.name, cli, title: `${recipe.info.title}: ${request.nodes} nodes` });
  }

  async #isEmpty(lab: string): Promise<boolean> {
    const { nodes, networks } = await this.deps.engine.list(lab);
    return nodes.length + networks.length === 0;
  }

  /** Waits, a second at most, until the engine lists the network that took one of these: it refuses before it lists. */
  async #seeTaker(taken: readonly string[]): Promise<void> {
    for (const until = Date.now() + 1000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const subnets = await this.deps.engine.subnets();
      if (
        taken.some((cidr) =>
          overlaps(
            cidr,
            subnets.map(({ subnet }) => subnet),
          ),
        )
      )
        return;
    }
  }

  async #finishSteps(lab: string): Promise<readonly Step[]> {
    const { engine, images } = this.deps;
    const stopped = (await this.deps.labs.find(lab)).nodes.filter(({ state }) => state === 'stopped');
    // What a stopped node holds only it can tell.
    await Promise.all(stopped.map(({ id }) => engine.start(id)));
    const found = await engine.list(lab);
    const request = requestOf(lab, found);
    const recipe = this.#recipe(request.recipe);
    const ran = found.nodes.some(({ state }) => state === 'running');
    const view = ran ? await hearNodes(this.deps.labs, lab) : null;
    const subnets = subnetsOf(found) ?? (await this.#chooseSubnets(lab, []));
    return recipe.deploy(request, subnets, await images.tag(recipe.image), { found, view });
  }

  async #look(lab: string): Promise<{ recipe: Recipe; request: LabRequest; subnets: Subnets; present: Present }> {
    const view: LabView = await this.deps.labs.inspect(lab, { timeout: inspectTimeout });
    const found = await this.deps.labs.find(lab);
    const subnets = subnetsOf(found);
    if (subnets === null) {
      throw new LabError('engine/not-found', `The networks of ${lab} are not there.`, {
        fix: `Finish or destroy ${lab}.`,
      });
    }
    const request = requestOf(lab, found);
    return { recipe: this.#recipe(request.recipe), request, subnets, present: { found, view } };
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

  /** Makes a plan and starts it; a plan that cannot be made leaves no run. @throws LabError 'lab/busy' */
  async #begin(lab: string, prepare: () => Promise<RunPlan>): Promise<string> {
    this.#refuseBusy(lab);
    this.#preparing.add(lab);
    try {
      const plan = await prepare();
      // A failed run of this lab has nothing more to offer once another changes what it left.
      for (const run of this.#runs.values()) if (run.lab === lab) run.keep();
      const { engine, images, labs } = this.deps;
      const record = labs.record.bind(labs);
      const run = new LiveRun(`run-${randomUUID().slice(0, 8)}`, plan, { engine, images, labs, record });
      this.#runs.set(run.id, run);
      this.#forgetOld();
      run.watch(() => this.#changed());
      this.#follow(run, run.run());
      return run.id;
    } finally {
      this.#preparing.delete(lab);
    }
  }

  #follow(run: LiveRun, running: Promise<void>): void {
    const { labs } = this.deps;
    labs.setRun(run.lab, run.id);
    // Sources open while the nodes form, so that a wait finds them open.
    const unwatch =
      run.kind === 'destroy'
        ? () => undefined
        : labs.watch(
            run.lab,
            () => undefined,
            () => undefined,
          );
    void running.finally(() => {
      unwatch();
      this.#chosen.delete(run.lab);
      labs.setRun(run.lab, null);
    });
  }

  #refuseBusy(lab: string): void {
    const busy = [...this.#runs.values()].find((run) => run.lab === lab && run.isBusy);
    if (busy === undefined && !this.#preparing.has(lab)) return;
    throw new LabError('lab/busy', `${lab} is being changed: ${busy?.view().title ?? 'a run begins'}.`, {
      fix: 'Wait for it, or cancel it.',
    });
  }

  /** A run that failed or was kept. */
  #resting(runId: string): LiveRun {
    const run = this.#run(runId);
    this.#refuseBusy(run.lab);
    if (run.state === 'failed' || run.state === 'kept') return run;
    throw new LabError('input/invalid', `This run is ${run.state}: there is nothing to do about it.`, {
      field: 'runId',
    });
  }

  #run(runId: string): LiveRun {
    const run = this.#runs.get(runId);
    if (run === undefined) throw new LabError('input/unknown', `There is no run «${runId}».`, { field: 'runId' });
    return run;
  }

  #recipe(kind: string): Recipe {
    const recipe = this.deps.recipes.get(kind);
    if (recipe === undefined) throw new LabError('input/unknown', `There is no recipe «${kind}».`, { field: 'recipe' });
    return recipe;
  }

  /** Also counts labs that are being made and of which the engine knows nothing yet. */
  #read(input: RequestInput, names: readonly string[]): LabRequest {
    const making = [...this.#runs.values()].filter((run) => run.isBusy).map((run) => run.lab);
    return readRequest(input, { recipes: this.deps.recipes, taken: [...names, ...this.#preparing, ...making] });
  }

  async #engineNames(): Promise<readonly string[]> {
    const found = await this.deps.engine.list();
    if (found.missing.length > 0) await this.#refuseAbsentEngine(found.missing);
    const labs = [...found.nodes, ...found.networks].map((one) => one.lab);
    return [...new Set(labs)];
  }

  async #refuseAbsentEngine(missing: readonly string[]): Promise<never> {
    const { state, message, fix } = await this.deps.engine.health();
    throw new LabError(state === 'denied' ? 'engine/denied' : 'engine/unreachable', message, {
      detail: missing.join('\n'),
      ...(fix === '' ? {} : { fix }),
    });
  }

  async #chooseSubnets(lab: string, avoid: readonly string[]): Promise<Subnets> {
    const [host, engine] = await Promise.all([hostSubnets(), this.deps.engine.subnets()]);
    const others = [...this.#chosen].filter(([other]) => other !== lab).flatMap(([, subnets]) => cidrs(subnets));
    const subnets = chooseSubnets([...host, ...engine.map(({ subnet }) => subnet), ...others, ...avoid]);
    this.#chosen.set(lab, subnets);
    return subnets;
  }

  #open(): readonly RunView[] {
    return [...this.#runs.values()].filter((run) => run.isBusy || run.state === 'failed').map((run) => run.view());
  }

  #changed(): void {
    if (this.#listeners.size === 0) return;
    const open = this.#open();
    for (const listener of this.#listeners) listener(open);
  }

  #forgetOld(): void {
    const ended = [...this.#runs.values()].filter((run) => !run.isBusy && run.state !== 'failed');
    for (const run of ended.slice(0, Math.max(0, ended.length - remembered))) this.#runs.delete(run.id);
  }
}

const nothing: Present = { found: { nodes: [], networks: [], missing: [] }, view: null };

const cidrs = ({ mgmt, underlay }: Subnets) => [`${mgmt}.0/24`, `${underlay}.0/24`];
