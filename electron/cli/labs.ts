import { fromWireError } from '../../shared/errors.ts';
import type { LabSummary } from '../../shared/lab.ts';
import { needEngine, print, table, type Cli } from './cli.ts';

/** The labs of the engine. @throws LabError 'engine/*' when it does not answer: no engine is not the same as no labs */
export async function labSummaries(cli: Cli): Promise<readonly LabSummary[]> {
  await needEngine(cli);
  return new Promise((resolve, reject) => {
    const undo = cli.client.subscribe(
      'labs',
      {},
      (labs) => {
        undo();
        resolve(labs);
      },
      (error) => reject(fromWireError(error ?? { code: 'internal', message: 'The list of labs ended.' })),
    );
  });
}

/** Prints the labs, one a line. */
export async function list(cli: Cli): Promise<void> {
  const labs = await labSummaries(cli);
  print(cli, labs, () => {
    if (labs.length === 0) return ['There is no lab. `quorate recipes` shows what can be deployed.'];
    const heading = ['NAME', 'RECIPE', 'NODES', 'RUNNING', 'STATE', 'CREATED'];
    return table([
      heading,
      ...labs.map((lab) => [
        lab.name,
        lab.recipe,
        String(lab.nodes.length),
        String(lab.nodes.filter((node) => node.state === 'running').length),
        lab.state,
        lab.createdAt === null ? '' : new Date(lab.createdAt).toISOString().slice(0, 19) + 'Z',
      ]),
    ]);
  });
}
