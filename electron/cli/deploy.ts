import { readFile, stat } from 'node:fs/promises';
import { LabError } from '../../shared/errors.ts';
import type { RequestInput } from '../../shared/request.ts';
import { labFileBytes, readLabFile, type LabFile } from '../lab-file.ts';
import { note, type Cli } from './cli.ts';
import { followRun } from './follow-run.ts';

export interface DeployOptions {
  readonly name?: string;
  readonly nodes?: string;
  readonly memory?: string;
  /** `key=value` */
  readonly set: readonly string[];
  readonly keep?: true;
}

/** Brings up a lab from a recipe or a lab file; options win over the file. Prints the lab's name. */
export async function deploy(cli: Cli, target: string, options: DeployOptions): Promise<void> {
  // Whether or not there is one: bad input is told first.
  await cli.client.call('engine.look', {});
  const file = isFile(target) ? await openLabFile(target) : null;
  const { runId, lab } = await start(cli, withOptions(file?.input ?? { recipe: target }, options), file);
  await followRun(cli, runId, { keep: options.keep === true, lines: true });
  if (cli.json) return;
  cli.write(`${lab}\n`);
  note(cli, `${lab} is up. \`quorate inspect ${lab}\`, \`quorate shell ${lab} node-1\`, \`quorate destroy ${lab}\``);
}

async function start(cli: Cli, input: RequestInput, file: LabFile | null) {
  try {
    return await cli.client.call('lab.deploy', input);
  } catch (error) {
    throw file ? file.locate(error) : error;
  }
}

/** A recipe's kind has neither a dot nor a slash. */
function isFile(target: string): boolean {
  return /[./\\]/.test(target);
}

async function openLabFile(path: string): Promise<LabFile> {
  try {
    const { size } = await stat(path);
    // Read no further than needed to say that it is too large.
    if (size > labFileBytes) throw new LabError('input/invalid', `${path} is larger than 1 MiB: no lab file is.`);
    return readLabFile(await readFile(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof LabError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new LabError('input/invalid', `Cannot read the lab file ${path}: ${reason}`, { cause: error });
  }
}

function withOptions(input: RequestInput, options: DeployOptions): RequestInput {
  const settings = { ...input.settings, ...Object.fromEntries(options.set.map(readSet)) };
  return {
    ...input,
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.nodes === undefined ? {} : { nodes: options.nodes }),
    ...(options.memory === undefined ? {} : { memoryMiB: options.memory }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
}

/** `key=value`, the value being all after the first `=`. @throws LabError 'input/invalid' */
export function readSet(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new LabError('input/invalid', `"${text}" is no setting.`, { field: 'set', fix: '`--set key=value`' });
}
