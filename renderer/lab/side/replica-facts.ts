import type { DatabaseView, Replica } from '../../../shared/database.ts';
import { labWords } from '../words.ts';
import type { Fact } from './facts.svelte';

const words = labWords.replica;
const yesNo = (value: boolean | null): string | null => (value === null ? null : value ? words.yes : words.no);

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
    ...fact(words.status, replica.status, { plain: true }),
    ...fact(words.role, replica.role, { plain: true }),
    ...fact(words.connected, yesNo(replica.connected), { plain: true }),
    ...fact(words.votes, yesNo(replica.votes), { plain: true }),
    ...fact(words.term, replica.term),
    ...fact(words.leader, replica.leader === replica.node ? labWords.beliefs.itself : replica.leader, { plain: true }),
    ...fact(database.protocol === 'dqlite' ? words.raftId : words.serverId, replica.serverId),
    ...fact(words.clusterId, replica.clusterId),
    ...fact(words.address, replica.address),
    ...fact(words.vote, replica.vote, voted === undefined ? {} : { aside: voted }),
    ...fact(words.index, replica.index),
    ...fact(words.log, replica.log),
    ...fact(words.notCommitted, replica.notCommitted),
    ...fact(words.electionTimer, database.electionTimer === null ? null : words.ms(database.electionTimer)),
    ...fact(words.connections, replica.connections.join(' ')),
    ...fact(words.servers, replica.servers.map((server) => `${server.id} ${server.node ?? server.address}`).join(', ')),
    ...fact(words.source, replica.source),
  ];
}
