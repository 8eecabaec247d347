import type { Service, ServiceChange } from '../../api.ts';
import { oneOf, type Command, type Invocation } from '../command.ts';
import { CommandError, prefixed } from '../command-error.ts';
import type { Flag } from '../flags.ts';
import { goLogPrefix } from '../go-text.ts';

const NAMES = ['bgp', 'chassis', 'central', 'switch'] as const;

/** Seconds the daemon has for a change of services (contract 1.9). */
const TIMEOUT = 30;

const NODE: Flag = { name: 'node', kind: 'text', usage: 'Do it on the member `NAME`; unless given, here' };

/** `microovn enable SERVICE` */
export const enable: Command = {
  name: 'enable',
  usage: 'SERVICE',
  short: 'Start a service on a member: bgp, central, chassis or switch',
  args: oneOf(NAMES),
  flags: [
    { name: 'config', kind: 'list', usage: 'A `key=value` for the service; may be repeated' },
    { name: 'manual-bgpd-config', kind: 'bool', usage: 'Leave the configuration of the BGP daemon to you' },
    NODE,
  ],
  run: async (invocation) => {
    const { service, flags } = asked(invocation);
    checkConfig(service, flags.list('config'));
    await change(invocation, 'enable', (daemon, name, target) =>
      daemon.call('PUT /1.0/service/:name', { params: { name }, query: target, timeout: TIMEOUT }),
    );
  },
};

/** `microovn disable SERVICE` */
export const disable: Command = {
  name: 'disable',
  usage: 'SERVICE',
  short: 'Stop a service on a member: bgp, central, chassis or switch',
  args: oneOf(NAMES),
  flags: [
    {
      name: 'allow-disable-last-central',
      kind: 'bool',
      usage: 'Disable central even where it is the last one; the OVN databases end',
    },
    NODE,
  ],
  run: (invocation) =>
    change(invocation, 'disable', (daemon, name, target) =>
      daemon.call('DELETE /1.0/service/:name', {
        params: { name },
        query: invocation.flags.bool('allow-disable-last-central')
          ? { ...target, allowDisableLastCentral: 'true' }
          : target,
        timeout: TIMEOUT,
      }),
    ),
};

type Change = (daemon: Invocation['daemon'], service: Service, target: { target?: string }) => Promise<ServiceChange>;

async function change(invocation: Invocation, verb: 'enable' | 'disable', call: Change): Promise<void> {
  const { service, flags } = asked(invocation);
  const { out, err, now, daemon } = invocation;
  const node = flags.text('node');
  let result: ServiceChange;
  try {
    if (service === 'bgp') throw new CommandError(WITHOUT_BGP[verb]);
    result = await call(daemon, service, node === '' ? {} : { target: node });
  } catch (thrown) {
    if (!(thrown instanceof CommandError)) throw thrown;
    throw prefixed(new CommandError(`'${thrown.message}'`), `failed to ${verb} service '${service}': `);
  }
  out(`Service ${service} ${verb}d\n`);
  const verbose = flags.bool('verbose');
  if (verbose) out(`New Environment: ${result.environmentGenerated ? 'Generated' : 'Not Generated'}\n\n`);
  for (const warning of centralWarnings(result.centrals, verbose)) err(`${goLogPrefix(now())}${warning}\n`);
}

const WITHOUT_BGP = {
  enable: 'BGP is not available here, this image carries no BIRD',
  disable: 'this service is not enabled',
};

function asked({ args, flags }: Invocation) {
  const service = NAMES.find((name) => name === args[0]);
  if (service === undefined) throw new CommandError(`no service ${args[0] ?? ''}`);
  return { service, flags };
}

/** @throws CommandError in MicroOVN's words, its misspelling included */
function checkConfig(service: string, pairs: readonly string[]): void {
  const keys = new Set<string>();
  for (const pair of pairs) {
    const [, key] = /^([^=]+)=/.exec(pair) ?? [];
    if (key === undefined) throw new CommandError(`configuration '${pair}' does not conform to the 'key=value' format`);
    if (keys.has(key)) throw new CommandError(`configuration '${key}' already set`);
    keys.add(key);
  }
  if (service !== 'bgp' && keys.size > 0) throw new CommandError(`service '${service}' does not accpet extra config`);
}

/** What MicroOVN has to say about a number of central members; `[]` when all is well, or when there is none. */
export function centralWarnings(centrals: number, verbose: boolean): string[] {
  const warnings: string[] = [];
  if (centrals > 0 && centrals % 2 === 0) {
    warnings.push('OVN Cluster has even number of members');
    if (verbose) {
      warnings.push(
        'Cluster with even number of members has same fault tolerance, but higher quorum requirements, than cluster with one less member.',
      );
    }
  }
  if (centrals > 0 && centrals < 3) {
    warnings.push('OVN Cluster has critically few members');
    if (verbose) warnings.push("Cluster with less than 3 nodes can't tolerate any node failures.");
  }
  return warnings.map((warning) => `[central] Warning: ${warning}`);
}
