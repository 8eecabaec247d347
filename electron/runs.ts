import { randomUUID } from 'node:crypto';
import { LabError } from '../shared/errors.ts';
import type { LabRequest, RequestInput } from '../shared/request.ts';
import type { RunView } from '../shared/run.ts';
import { readRequest } from './request.ts';
import type { RunsDeps } from './runs/deps.ts';
import type { FlowInput } from './read-next.ts';
import { engineNames } from './runs/engine-names.ts';
import { freeNode, leftBehind } from './runs/free-node.ts';
import { LiveRun, type RunPlan } from './runs/live-run.ts';
import { Plans } from './runs/plans.ts';
import { SubnetChoice } from './runs/subnet-choice.ts';

/** Ended runs that are remembered. */
const remembered = 50;

/** Everything that changes a lab: one run per lab at a time, each a flow that can be watched, cancelled, retried and undone. */
export class Runs {
  readonly #runs = new Map<string, LiveRun>();
  /** Labs a run is being prepared for. */
  readonly #preparing = new Set<string>();
  readonly #subnets: SubnetChoice;
  readonly #plans: Plans;
  readonly #listeners = new Set<(runs: readonly RunView[]) => void>();

  constructor(private readonly deps: RunsDeps) {
    this.#subnets = new SubnetChoice(deps.engine);
    this.#plans = new Plans(deps, this.#subnets);
  }

  /** Fills in defaults and checks everything, creating nothing. @throws LabError 'input/*' | 'engine/*' */
  async check(input: RequestInput): Promise<LabRequest> {
    return this.#read(input, await engineNames(this.deps.engine));
  }

  /** @throws LabError 'input/*' | 'engine/*', with nothing created */
  async deploy(input: RequestInput): Promise<{ readonly runId: string; readonly lab: string }> {
    const names = await engineNames(this.deps.engine);
    // Nothing is awaited from here to the moment the name is reserved.
    const request = this.#read(input, names);
    const lab = request.name;
    const runId = await this.#begin(lab, () => this.#plans.deploy(request));
    return { runId, lab };
  }

  /** Forms what a crash, a failed or a kept run left half done. */
  async finish(lab: string): Promise<{ readonly runId: string }> {
    return { runId: await this.#begin(lab, () => this.#plans.finish(lab)) };
  }

  /** @throws LabError 'input/invalid' when the lab has all the nodes a lab may have, or counts one whose container is gone */
  async addMember(lab: string): Promise<{ readonly runId: string; readonly node: string }> {
    this.#refuseBusy(lab);
    const { found, view } = await this.#plans.look(lab);
    const node = freeNode(found, leftBehind(found, view));
    const runId = await this.#begin(lab, () => this.#plans.addMember(lab, node));
    return { runId, node };
  }

  /** @throws LabError 'input/unknown' | 'input/invalid' (a database would lose its quorum), with nothing changed */
  async removeMember(lab: string, node: string, force: boolean): Promise<{ readonly runId: string }> {
    const found = await this.deps.labs.find(lab);
    const isThere = found.nodes.some((one) => one.node === node);
    if (!isThere && !leftBehind(found, (await this.#plans.look(lab)).view).includes(node)) {
      const names = found.nodes.map((one) => one.node).join(', ');
      throw new LabError('input/unknown', `${lab} has no node «${node}».`, { field: 'node', fix: `It has ${names}.` });
    }
    return { runId: await this.#begin(lab, () => this.#plans.removeMember(lab, node, force)) };
  }

  /** Something its users do with the product, by the recipe's own plan. @throws LabError 'input/*' with nothing run */
  async flow(lab: string, asked: FlowInput): Promise<{ readonly runId: string }> {
    return { runId: await this.#begin(lab, () => this.#plans.flow(lab, asked)) };
  }

  /** Removes everything with the lab's label, whatever state it is in. */
  async destroy(lab: string): Promise<{ readonly runId: string }> {
    return { runId: await this.#begin(lab, () => this.#plans.destroy(lab)) };
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
  script(target: { readonly lab: string } | { readonly recipe: string }): Promise<string> {
    return this.#plans.script(target);
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
    const release = run.kind === 'destroy' ? () => undefined : labs.hold(run.lab);
    void running.finally(() => {
      release();
      this.#subnets.forget(run.lab);
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

  /** Also counts labs that are being made and of which the engine knows nothing yet. */
  #read(input: RequestInput, names: readonly string[]): LabRequest {
    const making = [...this.#runs.values()].filter((run) => run.isBusy).map((run) => run.lab);
    return readRequest(input, { recipes: this.deps.recipes, taken: [...names, ...this.#preparing, ...making] });
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
