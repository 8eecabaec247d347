import { Command, Option } from 'commander';
import { nodeActions, type NodeAction } from '../../shared/rpc.ts';
import { addMember, change, finish, removeMember } from './change.ts';
import type { Cli } from './cli.ts';
import { candidates, completionScript, type Verb } from './complete.ts';
import { deploy, type DeployOptions } from './deploy.ts';
import { destroy } from './destroy.ts';
import { doFlow, type DoOptions } from './do.ts';
import { doctor } from './doctor.ts';
import { events } from './events.ts';
import { exec } from './exec.ts';
import { inspect } from './inspect.ts';
import { list } from './labs.ts';
import { shell } from './shell.ts';
import { recipes, script } from './show.ts';

/** How the program runs a verb: with a workbench, or (`completion`, `serve`) without one. */
export interface Runner {
  /** The exit code of the verb is what it returns, else 0. */
  withWorkbench(json: boolean, verb: (cli: Cli) => Promise<number | void>): Promise<void>;
  print(text: string): void;
  serve(port: string): Promise<void>;
}

const actionHelp: Readonly<Record<NodeAction, string>> = {
  stop: 'stop nodes in order (SIGTERM)',
  start: 'start nodes that are stopped',
  restart: 'stop and start nodes',
  kill: 'kill nodes (SIGKILL), as a power cut would',
  pause: 'freeze nodes: they run and do not answer',
  resume: 'thaw frozen nodes',
  cut: 'cut nodes from their networks',
  restore: 'give nodes their networks and addresses back',
};

const json = () => new Option('--json', 'print JSON');
const yes = () => new Option('-y, --yes', 'do not ask');
const keep = () => new Option('--keep', 'when it fails, keep what is there for a look');

const doHelp = `
What its commands said goes to stdout (with --json the whole run, one document), progress to stderr. A flow that loses
data asks first, unless --yes. In a lab file the same stands under \`then:\` as \`- { do: FLOW, on: NODE, with: { key: value } }\`.

Examples:
  quorate do lxd-1                                what can be done with it
  quorate do lxd-1 max-voters --set value=5       a setting, refused in LXD’s own words where it is wrong
  quorate do lxd-1 evacuate node-2                something done on a node`;

/** The command line, every verb of it. */
export function createProgram(runner: Runner, version: string): Command {
  const program = new Command('quorate')
    .description('A desktop lab for clusters: real multi-node clusters in local containers.')
    .version(version)
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('(quorate VERB --help tells more)');
  type Options<T> = T & { readonly json?: true };
  const asked = (options: { json?: true }) => options.json === true;

  program
    .command('deploy')
    .description('bring up a lab; returns when it is healthy and prints its name')
    .argument('<recipe>', 'a recipe, or a lab file (*.quorate.yaml)')
    .option('--name <name>', 'name of the lab')
    .option('--nodes <count>', 'number of nodes, 1 to 9')
    .option('--memory <MiB>', 'memory limit of each node')
    .option(
      '--set <key=value>',
      'a setting of the recipe; may be repeated',
      (text, all: string[]) => [...all, text],
      [],
    )
    .addOption(keep())
    .addOption(json())
    .action((target: string, options: Options<DeployOptions>) =>
      runner.withWorkbench(asked(options), (cli) => deploy(cli, target, options)),
    );
  program
    .command('list')
    .description('the labs')
    .addOption(json())
    .action((options: Options<object>) => runner.withWorkbench(asked(options), list));
  program
    .command('inspect')
    .description('what a lab is like at this moment')
    .argument('<lab>')
    .addOption(json())
    .action((lab: string, options: Options<object>) =>
      runner.withWorkbench(asked(options), (cli) => inspect(cli, lab)),
    );
  program
    .command('exec')
    .description('run a command in a node; its streams and exit code pass through')
    .argument('<lab>')
    .argument('<node>')
    .argument('<command...>')
    .passThroughOptions()
    .action((lab: string, node: string, command: string[]) =>
      runner.withWorkbench(false, (cli) => exec(cli, lab, node, command)),
    );
  program
    .command('shell')
    .description('a shell on a node, in this terminal')
    .argument('<lab>')
    .argument('<node>')
    .action((lab: string, node: string) => runner.withWorkbench(false, (cli) => shell(cli, lab, node)));

  const member = program.command('member').description('grow and shrink a lab by its product’s own verbs');
  member
    .command('add')
    .description('add a node')
    .argument('<lab>')
    .addOption(keep())
    .addOption(json())
    .action((lab: string, options: Options<{ keep?: true }>) =>
      runner.withWorkbench(asked(options), (cli) => addMember(cli, lab, options)),
    );
  member
    .command('remove')
    .description('take a node out and remove it')
    .argument('<lab>')
    .argument('<node>')
    .option('--force', 'also when the node does not answer')
    .addOption(yes())
    .addOption(json())
    .action((lab: string, node: string, options: Options<{ force?: true; yes?: true }>) =>
      runner.withWorkbench(asked(options), (cli) => removeMember(cli, lab, node, options)),
    );
  for (const action of nodeActions)
    program
      .command(action)
      .description(actionHelp[action])
      .argument('<lab>')
      .argument('[node]', 'one node; all of the lab without it')
      .addOption(json())
      .action((lab: string, node: string | undefined, options: Options<object>) =>
        runner.withWorkbench(asked(options), (cli) => change(cli, action, lab, node)),
      );
  program
    .command('do')
    .description('do something with a lab that its product’s users do: a flow of its recipe')
    .argument('<lab>')
    .argument('[flow]', 'without it, the flows there are, with their settings')
    .argument('[node]', 'for flows that are started on a node')
    .option('--set <key=value>', 'a setting of the flow; may be repeated', (text, all: string[]) => [...all, text], [])
    .addOption(new Option('--keep', 'when it fails, take nothing of it back'))
    .addOption(yes())
    .addOption(json())
    .addHelpText('after', doHelp)
    .action((lab: string, flow: string | undefined, node: string | undefined, options: Options<DoOptions>) =>
      runner.withWorkbench(asked(options), (cli) => doFlow(cli, lab, flow, node, options)),
    );
  program
    .command('finish')
    .description('finish a lab that was left half done')
    .argument('<lab>')
    .addOption(json())
    .action((lab: string, options: Options<object>) => runner.withWorkbench(asked(options), (cli) => finish(cli, lab)));
  program
    .command('events')
    .description('the record of a lab as it grows, until Ctrl-C')
    .argument('<lab>')
    .addOption(json())
    .action((lab: string, options: Options<object>) => runner.withWorkbench(asked(options), (cli) => events(cli, lab)));
  program
    .command('script')
    .description('the commands that bring a lab up, as a shell script')
    .argument('<lab>', 'a lab or a recipe')
    .addOption(json())
    .action((target: string, options: Options<object>) =>
      runner.withWorkbench(asked(options), (cli) => script(cli, target)),
    );
  program
    .command('destroy')
    .description('remove labs with all that is theirs, and print a receipt')
    .argument('[lab...]')
    .option('--all', 'every lab')
    .addOption(yes())
    .addOption(json())
    .action((labs: string[], options: Options<{ all?: true; yes?: true }>) =>
      runner.withWorkbench(asked(options), (cli) => destroy(cli, labs, options)),
    );
  program
    .command('recipes')
    .description('what can be deployed, with its settings')
    .addOption(json())
    .action((options: Options<object>) => runner.withWorkbench(asked(options), recipes));
  program
    .command('doctor')
    .description('whether labs can run here, and what to do if not')
    .option('--clean', 'remove node images of earlier recipes that no container uses')
    .addOption(json())
    .action((options: Options<{ clean?: true }>) =>
      runner.withWorkbench(asked(options), (cli) => doctor(cli, options)),
    );
  program
    .command('serve')
    .description('open the browser door on 127.0.0.1 and print its URL')
    .option('--port <port>', 'port to listen on; 0 takes any free one', '0')
    .action((options: { port: string }) => runner.serve(options.port));
  program
    .command('completion')
    .description('a completion script for bash, zsh or fish')
    .argument('<shell>')
    .action((name: string) => runner.print(completionScript(name)));
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[]) =>
      runner.withWorkbench(false, async (cli) => {
        const found = await candidates(cli, verbsOf(program), words);
        cli.write(found.map((word) => `${word}\n`).join(''));
      }),
    );
  return program;
}

/** The verbs as completion needs them. */
function verbsOf(parent: Command): Verb[] {
  return parent.commands
    .filter((command) => !command.name().startsWith('__'))
    .map((command) => ({
      name: command.name(),
      options: command.options.flatMap((option) => option.long ?? []),
      arguments: command.registeredArguments.map((argument) => kindOf(argument.name())),
      variadic: command.registeredArguments.at(-1)?.variadic === true,
      verbs: verbsOf(command),
    }));
}

function kindOf(argument: string): Verb['arguments'][number] {
  const kinds = ['lab', 'node', 'flow', 'recipe', 'shell'] as const;
  return kinds.find((kind) => kind === argument) ?? 'other';
}
