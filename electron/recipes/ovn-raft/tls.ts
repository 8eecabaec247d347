import type { NodeCommand, Step } from '../../flows/step.ts';
import type { OvnPlace } from '../ovn-info.ts';
import { on } from './commands.ts';

/** The node that holds the certificate authority. */
export const authority = 'node-1';

const folder = '/etc/ovn';
const log = '--log=/var/log/ovn/ovs-pki.log';

/** Certificates for these nodes by `ovs-pki` on node-1, then copied to where each node looks for its own. */
export function certificateSteps(places: readonly OvnPlace[], withAuthority: boolean): readonly Step[] {
  const names = places.map(({ node }) => node).join(', ');
  const suffix = places.length === 1 ? `:${places[0]?.node}` : '';
  return [
    {
      kind: 'commands',
      id: `certificates${suffix}`,
      title: `Issue certificates for ${names}`,
      timeout: 60_000,
      chains: [[...(withAuthority ? makeAuthority() : []), ...places.map(({ node }) => issue(node))]],
    },
    ...places
      .filter(({ node }) => node !== authority)
      .map(({ node }): Step => ({
        kind: 'copy',
        id: `copy-certificate:${node}`,
        title: `Give ${node} its certificate`,
        timeout: 30_000,
        from: authority,
        to: [node],
        paths: [`${folder}/cacert.pem`, `${folder}/${node}-cert.pem`, `${folder}/${node}-privkey.pem`],
      })),
  ];
}

function makeAuthority(): readonly NodeCommand[] {
  return [
    on(authority, 'ovs-pki', `--dir=${folder}/pki`, log, '--force', 'init'),
    on(authority, 'cp', `${folder}/pki/switchca/cacert.pem`, `${folder}/cacert.pem`),
  ];
}

/** `ovs-pki` writes into the folder it is run in. */
function issue(node: string): NodeCommand {
  return on(
    authority,
    'env',
    '-C',
    folder,
    'ovs-pki',
    `--dir=${folder}/pki`,
    log,
    '--force',
    '-u',
    'req+sign',
    node,
    'switch',
  );
}
