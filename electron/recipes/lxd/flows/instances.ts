import { LabError } from '../../../../shared/errors.ts';
import type { Parameter } from '../../../../shared/request.ts';
import type { NodeCommand, Step } from '../../../flows/step.ts';
import type { FlowRequest, RecipeFlow } from '../../recipe.ts';
import { client, on } from '../commands.ts';
import type { Dialect } from '../dialect.ts';
import { checkName, isFree, nameFrom, nodeOf, peerOf, typed } from './asked.ts';

/** Where the node image keeps the tiny image (busybox, 1 MB), and what it is called once imported. */
const tiny = { file: '/usr/local/share/quorate/tiny.tar.gz', alias: 'tiny' } as const;

const text = { type: 'text', max: 200, required: true } as const;
const name: Parameter = { ...text, key: 'name', title: 'Name', help: 'Of the instance.', default: 'c1' };
const target: Parameter = {
  ...{ key: 'target', title: 'Member', type: 'text', default: '', max: 63 },
  help: 'Where it is to run, e.g. node-2; empty: the member with the fewest instances.',
};
const group = 'Instances';

/** What users do with instances, from any member. */
export function instanceFlows(dialect: Dialect): readonly RecipeFlow[] {
  const say = (node: string, ...words: readonly string[]) => client(dialect, node, ...words);
  const list = (peer: string) => typed('list', 'List the instances of all members', [say(peer, 'list')]);
  return [
    {
      info: {
        id: 'launch',
        title: 'Launch an instance',
        help: 'Imports the tiny image, once, and launches a container from it, on a member of your choice or of the cluster’s. The list tells where it runs.',
        ...{ group, on: 'lab', parameters: [name, target] },
      },
      check: (asked) => {
        refuseWithout(asked);
        checkName(asked);
      },
      plan: (asked) => make(dialect, asked, 'launch'),
    },
    {
      info: {
        id: 'create-instance',
        title: 'Create an instance without starting it',
        help: 'The same without a start, which needs no privileges: the instance is there, stopped.',
        ...{ group, on: 'lab', parameters: [name, target] },
      },
      check: checkName,
      plan: (asked) => make(dialect, asked, 'init'),
    },
    {
      info: {
        id: 'list-instances',
        title: 'List the instances',
        help: 'Any member lists the instances of all, with where each is.',
        ...{ group, on: 'node', parameters: [] },
      },
      plan: (asked) => [list(nodeOf(asked))],
    },
    {
      info: {
        id: 'exec',
        title: 'Run a command in an instance',
        help: 'From the member this is started on, wherever the instance runs.',
        ...{ group, on: 'node' },
        parameters: [name, { ...text, key: 'command', title: 'Command', help: 'Words, no shell.', default: 'ls /' }],
      },
      plan: (asked) => {
        const command = String(asked.settings.command ?? '').trim();
        const words = [nameFrom(asked, 'name'), '--', ...command.split(/\s+/)];
        return [typed('exec', `Run it from ${nodeOf(asked)}`, [say(nodeOf(asked), 'exec', ...words)])];
      },
    },
    {
      info: {
        id: 'pull-file',
        title: 'Pull a file from an instance',
        help: 'Prints a file of an instance on the member this is started on. It works on stopped instances too.',
        ...{ group, on: 'node' },
        parameters: [name, { ...text, key: 'path', title: 'Path', help: 'In the instance.', default: '/etc/hosts' }],
      },
      plan: (asked) => {
        const path = String(asked.settings.path ?? '')
          .trim()
          .replace(/^\/*/, '/');
        const from = `${nameFrom(asked, 'name')}${path}`;
        return [typed('pull', `Pull ${path} to ${nodeOf(asked)}`, [say(nodeOf(asked), 'file', 'pull', from, '-')])];
      },
    },
    {
      info: {
        id: 'stop-instance',
        title: 'Stop an instance',
        help: 'From any member.',
        ...{ group, on: 'lab' },
        parameters: [name, { key: 'force', title: 'By force', help: 'At once.', type: 'boolean', default: false }],
      },
      plan: (asked) => {
        const peer = peerOf(asked);
        const force = asked.settings.force === true ? ['--force'] : [];
        return [typed('stop', 'Stop it', [say(peer, 'stop', nameFrom(asked, 'name'), ...force)]), list(peer)];
      },
    },
    {
      info: {
        id: 'delete-instance',
        title: 'Delete an instance',
        help: 'From any member. One that runs is refused.',
        ...{ group, on: 'lab', parameters: [name] },
        loses: 'The instance with its files.',
      },
      plan: (asked) => {
        const peer = peerOf(asked);
        return [typed('delete', 'Delete it', [say(peer, 'delete', nameFrom(asked, 'name'))]), list(peer)];
      },
    },
  ];
}

function make(dialect: Dialect, asked: FlowRequest, verb: 'launch' | 'init'): readonly Step[] {
  const peer = peerOf(asked);
  const instance = nameFrom(asked, 'name');
  const where = String(asked.settings.target ?? '').trim() === '' ? [] : ['--target', nameFrom(asked, 'target')];
  const undo =
    isFree(asked, 'instance', instance) === true
      ? { undo: [client(dialect, peer, 'delete', '--force', instance)] }
      : {};
  return [
    typed('image', 'Have the tiny image', [importTiny(dialect, peer)]),
    typed(
      verb,
      `${verb === 'launch' ? 'Launch' : 'Create'} ${instance}`,
      [client(dialect, peer, verb, '-q', tiny.alias, instance, ...where)],
      undo,
    ),
    typed('list', 'List the instances of all members', [client(dialect, peer, 'list')]),
  ];
}

/** A constant script: an import of what is there would be refused. */
function importTiny({ client: program }: Dialect, peer: string): NodeCommand {
  const { file, alias } = tiny;
  const script = `${program} image show ${alias} >/dev/null 2>&1 || ${program} image import -q ${file} --alias ${alias}`;
  return on(peer, 'sh', '-c', script);
}

/** @throws LabError 'input/invalid' in a lab whose nodes may not run instances */
function refuseWithout({ request }: Pick<FlowRequest, 'request'>): void {
  if (request.settings.instances === true) return;
  throw new LabError(
    'input/invalid',
    `${request.name} was deployed without «Run instances»: its nodes may not start any.`,
    {
      field: 'flow',
      fix: 'Deploy a lab with `--set instances=true`, or do `create-instance`, which creates it stopped.',
    },
  );
}
