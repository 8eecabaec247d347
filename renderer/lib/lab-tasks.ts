import type { LabSummary, LabView } from '../../shared/lab.ts';
import type { Client } from '../../shared/rpc.ts';
import type { RequestInput } from '../../shared/request.ts';
import type { Question } from './questions.svelte.ts';
import type { Shell } from './shell.svelte.ts';
import { words } from './words.ts';

/** What can be done to a whole lab from several places (row, palette, lab screen), each with its question and its way onward. */
export class LabTasks {
  constructor(private readonly shell: Shell) {}

  /** Starts the deploy and goes to its steps. @throws LabError as `lab.deploy` does, for the caller to show at its place */
  async deploy(request: RequestInput): Promise<void> {
    const { lab, runId } = await this.shell.client.call('lab.deploy', request);
    this.shell.follow(lab, runId);
    this.shell.router.go({ page: 'lab', lab });
  }

  async finish(lab: string): Promise<void> {
    const started = await this.shell.attempt(this.shell.client.call('lab.finish', { lab }));
    if (started === undefined) return;
    this.shell.follow(lab, started.runId);
    this.shell.router.go({ page: 'lab', lab });
  }

  async act(lab: string, action: 'start' | 'stop'): Promise<void> {
    await this.shell.attempt(this.shell.client.call('lab.act', { lab, action }));
  }

  /** Asks first, naming every object; then goes to the steps, which end in the receipt. */
  async destroy(lab: string): Promise<void> {
    const question = await destroyQuestion(this.shell, lab);
    if (!(await this.shell.questions.ask(question))) return;
    const started = await this.shell.attempt(this.shell.client.call('lab.destroy', { lab }));
    if (started !== undefined) this.shell.router.go({ page: 'run', runId: started.runId });
  }
}

async function destroyQuestion(shell: Shell, lab: string): Promise<Question> {
  const [view, terminals] = await Promise.all([
    firstView(shell.client, lab),
    shell.client.call('terminal.list', { lab }).catch(() => []),
  ]);
  const containers = containerNames(lab, view?.nodes ?? shell.stores.lab(lab)?.nodes ?? []);
  const networks = view?.networks.map((network) => network.name) ?? [];
  const open = terminals.filter((terminal) => terminal.state !== 'closed').length;
  return {
    title: words.ask.destroy(lab),
    lead: words.ask.destroyLead,
    facts: [
      ...(containers === '' ? [] : [[words.ask.containers, containers] as const]),
      ...(networks.length > 0 ? [[words.ask.networks, networks.join(', ')] as const] : []),
      [words.ask.terminals, open === 0 ? words.ask.noShells : words.ask.shells(open)],
      [words.ask.kept, words.ask.image],
    ],
    keep: words.ask.keepIt,
    go: words.ask.destroyGo(lab),
    danger: true,
  };
}

/** `microovn-1-node-1, -node-2, -node-3`, without those of nodes that are gone; `''` when there is none. */
export function containerNames(lab: string, nodes: LabSummary['nodes']): string {
  return nodes
    .filter(({ state }) => state !== 'gone')
    .map(({ name }, index) => (index === 0 ? `${lab}-${name}` : `-${name}`))
    .join(', ');
}

/** The present view of a lab, or null where none came within a second: a question must not wait for a lost engine. */
function firstView(client: Client, lab: string): Promise<LabView | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => done(null), 1000);
    const done = (view: LabView | null) => {
      clearTimeout(timer);
      queueMicrotask(() => undo());
      resolve(view);
    };
    const undo = client.subscribe('lab', { lab }, done, () => done(null));
  });
}
