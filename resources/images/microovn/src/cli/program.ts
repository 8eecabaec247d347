import type { Command } from './command.ts';
import { VERSION } from '../version.ts';
import { certificates } from './commands/certificates.ts';
import { cluster } from './commands/cluster.ts';
import { config } from './commands/config.ts';
import { init } from './commands/init.ts';
import { disable, enable } from './commands/services.ts';
import { status } from './commands/status.ts';
import { waitready } from './commands/waitready.ts';

/** The program `microovn`: its commands in the order of the help. */
export const program: Command = {
  name: 'microovn',
  short: 'OVN as a cluster',
  long: `OVN as a cluster: members, databases and certificates managed together.

This is Quorate's own microovn for its labs. It speaks like MicroOVN but is not
Canonical's program. Start with "microovn cluster bootstrap" on the first node.`,
  commands: [
    certificates,
    cluster,
    config,
    disable,
    enable,
    { name: 'help', usage: '[command]', short: 'Print help about a command', run: 'help' },
    init,
    status,
    waitready,
  ],
  run: 'help',
  version: async ({ out, packageVersion }) => {
    const [ovn, openvswitch] = await Promise.all([packageVersion('ovn-common'), packageVersion('openvswitch-common')]);
    out(`microovn: ${VERSION}\novn: ${ovn}\nopenvswitch: ${openvswitch}\n`);
  },
};
