import type { DatabaseView, Replica } from '../../../shared/database.ts';
import type { Fact } from './facts.svelte';

const yesNo = (value: boolean | null): string | null => (value === null ? null : value ? 'yes' : 'no');

/**
 * Every field of a replica that is known, named as the software names it. What is not known has no line: absent facts are null, and a
 * line that says «unknown» ten times hides the ones that are known.
 */
export function replicaFacts(replica: Replica, database: DatabaseView): readonly Fact[] {
  const nodeOf = (id: string | null): string | undefined =>
    replica.servers.find((server) => server.id === id)?.node ?? undefined;
  const fact = (name: string, value: string | number | null, more: Partial<Fact> = {}): readonly Fact[] =>
    value === null || value === '' ? [] : [{ name, value: String(value), ...more }];
  const voted = nodeOf(replica.vote);
  return [
    ...fact('Status', replica.status, { plain: true }),
    ...fact('Role', replica.role, { plain: true }),
    ...fact('Connected', yesNo(replica.connected), { plain: true }),
    ...fact('Votes', yesNo(replica.votes), { plain: true }),
    ...fact('Term', replica.term),
    ...fact('Leader', replica.leader === replica.node ? 'itself' : replica.leader, { plain: true }),
    ...fact('Server ID', replica.serverId),
    ...fact('Cluster ID', replica.clusterId),
    ...fact('Address', replica.address),
    ...fact('Vote', replica.vote, voted === undefined ? {} : { aside: voted }),
    ...fact('Index', replica.index),
    ...fact('Log', replica.log),
    ...fact('Not committed', replica.notCommitted),
    ...fact('Election timer', database.electionTimer === null ? null : `${String(database.electionTimer)} ms`),
    ...fact('Connections', replica.connections.join(' ')),
    ...fact('Servers', replica.servers.map((server) => `${server.id} ${server.node ?? server.address}`).join(', ')),
    ...fact('Source', replica.source),
  ];
}
