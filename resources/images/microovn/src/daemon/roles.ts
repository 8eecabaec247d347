import type { MemberRole } from '../api.ts';

/** What the choice of roles needs to know of a member. */
export interface Candidate {
  readonly name: string;
  readonly role: MemberRole;
  readonly online: boolean;
}

/** What a member is to be. */
export type Assignment = Exclude<MemberRole, 'PENDING'>;

const VOTERS = 3;
const STAND_BYS = 3;

/**
 * Who votes, who stands by: the defaults of go-dqlite (`app/roles.go`). Below three members the leader alone votes and the others
 * are spares; from three on three vote, the next three stand by. The leader is kept; whoever has a role keeps it while online; one
 * that is offline gives way to one that is online. A member that is still PENDING and offline gets nothing yet.
 * @param members in the order they joined
 * @param leader name of the member that leads the database
 */
export function assignRoles(members: readonly Candidate[], leader: string): ReadonlyMap<string, Assignment> {
  const known = members.filter((member) => member.role !== 'PENDING' || member.online);
  const large = known.length >= VOTERS;
  const voters = choose(known, large ? VOTERS : 1, ['voter', 'stand-by', 'spare', 'PENDING'], leader);
  // Who lost its vote for being away is a spare until it is back.
  const rest = known.filter((member) => !voters.includes(member) && (member.online || member.role === 'stand-by'));
  const standBys = choose(rest, large ? STAND_BYS : 0, ['stand-by', 'voter', 'spare', 'PENDING'], leader);
  return new Map(
    known.map((member) => [
      member.name,
      voters.includes(member) ? 'voter' : standBys.includes(member) ? 'stand-by' : 'spare',
    ]),
  );
}

/** The best `count` of them: the leader, then those online, by role they have, then in their order. */
function choose(
  members: readonly Candidate[],
  count: number,
  preference: readonly MemberRole[],
  leader: string,
): readonly Candidate[] {
  const rank = (member: Candidate) =>
    (member.name === leader ? 0 : 1000) + (member.online ? 0 : 100) + preference.indexOf(member.role);
  return [...members].sort((a, b) => rank(a) - rank(b)).slice(0, count);
}
