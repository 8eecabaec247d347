import { CLIENT_PORT } from './cluster-server.ts';
import type { DatabaseSource } from './database.ts';
import type { NodeMember } from './node-member.ts';
import { bareAddress } from './ovn-env.ts';
import { connectPinned, connectUnix } from './streams.ts';
import { fingerprint } from './x509.ts';

/** Where a member finds the cluster database: its own server first; of the others the voters first, as they were when last seen. */
export function databaseSources({ identity, paths, server, trusted }: NodeMember): readonly DatabaseSource[] {
  const cluster = { fingerprint: fingerprint(identity.cluster.certificate), client: identity.cluster };
  const rank = (role: string) => ['voter', 'PENDING', 'spare', 'stand-by'].indexOf(role);
  const remote = trusted
    .filter(({ name }) => name !== identity.name)
    .sort((a, b) => rank(a.role) - rank(b.role))
    .map(({ name, address }) => ({
      name,
      isLocal: false,
      open: () => connectPinned(bareAddress(address), CLIENT_PORT, cluster, 1500),
    }));
  if (server.mode !== 'raft') return remote;
  return [{ name: 'this node', isLocal: true, open: () => connectUnix(paths.databaseSocket, 1500) }, ...remote];
}
