import type { DatabaseView, Replica } from '../../../shared/database.ts';
import type { Millis, Warning } from '../../../shared/lab.ts';
import { quorumOf, type Quorum } from '../../../shared/quorum.ts';
import { Lasting } from '../lasting.ts';
import { disagreement, remedies } from '../quorum-remedies.ts';

/** Milliseconds: after a restart each peer takes a moment to connect again. */
const brokenLasts = 5000;

/** Warnings from the replicas alone. Keeps when it first saw what must last to be told. */
export class DatabaseWarnings {
  readonly #lasting = new Lasting();

  of(databases: readonly DatabaseView[], now: Millis): readonly Warning[] {
    this.#lasting.begin(now);
    const warnings = databases.flatMap((database) => {
      const quorum = quorumOf(database);
      return [
        ...quorumWarnings(database, quorum),
        ...disagreement(database, this.#lasting),
        ...kickedWarnings(database, quorum),
        ...this.#brokenWarnings(database, quorum),
      ];
    });
    this.#lasting.end();
    return warnings;
  }

  #brokenWarnings(database: DatabaseView, quorum: Quorum): readonly Warning[] {
    const voting = new Set(quorum.voting);
    return database.replicas
      .filter((replica) => replica.answers && voting.has(replica.node))
      .flatMap((replica) =>
        brokenPeers(replica)
          .filter((peer) => voting.has(peer))
          .flatMap((peer): readonly Warning[] => {
            if (!this.#lasting.lasts(`${database.id} ${replica.node} ${peer}`, brokenLasts)) return [];
            const message = `${replica.node} cannot connect to ${peer} in ${database.short}, though both answer.`;
            const fix = `Restart ${peer}; its Raft port may not listen on the address it has.`;
            return [{ code: 'replica/half-connected', message, fix, node: replica.node, database: database.id }];
          }),
      );
  }
}

function quorumWarnings(database: DatabaseView, quorum: Quorum): readonly Warning[] {
  const { id, short } = database;
  const warnings: Warning[] = [];
  if (quorum.state === 'lost') {
    const verb = quorum.answering === 1 ? 'answers' : 'answer';
    const fix = remedies(database, quorum);
    warnings.push({
      code: 'database/no-quorum',
      message: `${short} has no quorum. ${quorum.answering} of ${quorum.voters} ${verb}, ${quorum.needed} are needed. Writes stop; flows stay in place.`,
      ...(fix === '' ? {} : { fix }),
      database: id,
    });
  }
  if (quorum.state !== 'unknown' && quorum.voters > 0 && quorum.voters % 2 === 0)
    warnings.push({
      code: 'database/even-voters',
      message: `${short}: ${quorum.voters} voters may lose ${spare(quorum.voters)}, as ${quorum.voters - 1} may. An even number buys nothing.`,
      fix: 'Add a node, or remove one.',
      database: id,
    });
  return warnings;
}

/** Votes a Raft cluster of so many voters may lose and keep its majority. */
function spare(voters: number): number {
  return Math.ceil(voters / 2) - 1;
}

/** A server that the others no longer list and that runs on its old database. Only a leader's list proves it. */
function kickedWarnings(database: DatabaseView, quorum: Quorum): readonly Warning[] {
  const leader = database.replicas.find((replica) => replica.node === quorum.leader);
  if (leader === undefined || leader.servers.length === 0) return [];
  const listed = new Set(leader.servers.map((server) => server.id));
  return database.replicas
    .filter(
      (replica) =>
        replica.answers &&
        replica.votes === true &&
        replica.kind !== 'joining' &&
        replica.connected === false &&
        replica.serverId !== null &&
        !listed.has(replica.serverId),
    )
    .map((replica) => ({
      code: 'replica/kicked',
      message: `${replica.node} was kicked from ${database.short} and came back with its old database. It will ask for votes without end.`,
      fix: 'Wipe it and join again.',
      node: replica.node,
      database: database.id,
    }));
}

/** Nodes to which a replica has a broken connection and no other that works. */
function brokenPeers(replica: Replica): readonly string[] {
  const id = (token: string) => token.replace(/[()]/g, '').slice(2);
  const broken = replica.connections.filter((token) => token.startsWith('(')).map(id);
  return replica.servers.flatMap((server) => (broken.includes(server.id) && server.node !== null ? [server.node] : []));
}
