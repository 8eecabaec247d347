import { DEFAULT_TOKEN_SECONDS, type CertificateAuthority, type ControlOptions, type Service } from '../../api.ts';
import { memberNameProblem } from '../../names.ts';
import { Asker, notEmpty } from '../ask.ts';
import type { Command, Invocation } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { addressProblem, withDaemonPort } from '../host-address.ts';
import { readAuthority } from './certificates.ts';
import { CONTROL_TIMEOUT, issueToken } from './cluster.ts';

const SERVICES: readonly Service[] = ['central', 'chassis', 'switch'];

/** `microovn init` */
export const init: Command = {
  name: 'init',
  short: 'Bootstrap or join by answering questions',
  run: async (invocation) => {
    const ask = new Asker(invocation);
    const { database } = await invocation.daemon.call('GET /core/1.0/ready');
    if (database === 'uninitialised') {
      if (!(await initialise(invocation, ask))) return;
    } else invocation.out('MicroOVN has already been initialized.\n\n');
    await addServers(invocation, ask);
  },
};

/** Returns whether a new cluster was formed, to which servers may now be added. */
async function initialise({ daemon, ...here }: Invocation, ask: Asker): Promise<boolean> {
  const listening = 'Please choose the address MicroOVN will be listening on';
  const address = withDaemonPort(await ask.text(listening, here.hostAddress(), addressProblem));
  const create = await ask.yesOrNo('Would you like to create a new MicroOVN cluster?', false);
  const services = await askServices(ask);
  if (!create) {
    const token = await ask.text('Please enter your join token', null, notEmpty);
    const options = { ...services, ...(await askEncapsulation(ask)) };
    const body = { action: 'join', name: here.hostName(), address, token, ...options } as const;
    await daemon.call('POST /core/control', { body, timeout: CONTROL_TIMEOUT });
    return false;
  }
  const name = await ask.text('Please choose a name for this system', here.hostName(), memberNameProblem);
  const options = { ...services, ...(await askEncapsulation(ask)), ...(await askAuthority(ask)) };
  const body = { action: 'bootstrap', name, address, ...options } as const;
  await daemon.call('POST /core/control', { body, timeout: CONTROL_TIMEOUT });
  return true;
}

async function askServices(ask: Asker): Promise<Pick<ControlOptions, 'services'>> {
  const question =
    'Please select comma-separated list services you would like to enable on this node ' +
    '(central/chassis/switch) or let MicroOVN automatically decide (auto)';
  const words = (await ask.text(question, 'auto', () => null)).split(',');
  const services = words.map((word) => {
    const service = SERVICES.find((known) => known === word);
    if (service === undefined && word !== 'auto') throw new CommandError(`invalid service selected: ${word}`);
    return service;
  });
  const chosen = services.filter((service) => service !== undefined);
  if (chosen.length === services.length) return { services: [...new Set(chosen)] };
  if (words.length > 1) throw new CommandError('cannot select multiple services when using auto');
  return {};
}

async function askEncapsulation(ask: Asker): Promise<Pick<ControlOptions, 'encapsulationAddress'>> {
  const question = 'Would you like to define a custom encapsulation IP address for this member?';
  if (!(await ask.yesOrNo(question, false))) return {};
  const which = 'Please enter the custom encapsulation IP address for this member';
  return { encapsulationAddress: await ask.text(which, null, addressProblem) };
}

async function askAuthority(ask: Asker): Promise<{ ca?: CertificateAuthority }> {
  const question =
    'Would you like to provide your own CA certificate and private key for issuing OVN TLS certificates?';
  if (!(await ask.yesOrNo(question, false))) return {};
  const certificate = await ask.text('Please enter the path to the CA certificate file', null, notEmpty);
  const key = await ask.text('Please enter the path to the CA private key file', null, notEmpty);
  return { ca: await readAuthority(certificate, key) };
}

async function addServers({ daemon, out }: Invocation, ask: Asker): Promise<void> {
  if (!(await ask.yesOrNo('Would you like to add additional servers to the cluster?', false))) return;
  for (;;) {
    const question = "What's the name of the new MicroOVN server? (empty to exit)";
    const name = await ask.text(question, null, (answer) => (answer === '' ? null : memberNameProblem(answer)));
    if (name === '') return;
    out(`${await issueToken(daemon, name, DEFAULT_TOKEN_SECONDS)}\n`);
  }
}
