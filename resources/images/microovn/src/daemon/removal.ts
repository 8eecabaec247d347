import type { NodeMember } from './node-member.ts';
import { deleteMember } from './operations.ts';
import { Refusal, wordsOf } from './refusal.ts';
import { log } from './log.ts';

const LEAVE_LIMIT = 60_000;

/**
 * Removes a member, which may be this one (contract 1.6, 3.6).
 * @param force also when it does not answer: then its record and its vote go, and its OVN servers and chassis stay behind
 * @returns whether this very node has left
 */
export async function removeMember(member: NodeMember, name: string, force: boolean): Promise<boolean> {
  const snapshot = await member.database.ready();
  const target = snapshot.members.find((other) => other.name === name);
  if (target === undefined) throw new Refusal(404, `No remote exists with the given name "${name}"`);
  if (snapshot.members.length === 1) throw new Refusal(400, 'Cannot leave a cluster with 1 members');
  if (!snapshot.members.some((other) => other !== target && other.role !== 'PENDING'))
    throw new Refusal(400, 'Cannot remove cluster members, there are no remaining non-pending members');
  if (name === member.identity.name) {
    await member.leave();
    return true;
  }
  try {
    const path = '/core/internal/hooks/pre-remove';
    await member.callMember(target.address, { method: 'POST', path, connectLimit: 3000, limit: LEAVE_LIMIT });
  } catch (error) {
    if (!force) throw new Refusal(500, wordsOf(error));
    log(`remove: ${name} by force: ${wordsOf(error)}`);
    await member.database.change(() => [deleteMember(name)]);
    if (target.role === 'voter' && member.server.mode === 'raft') await member.server.kick(target.address);
  }
  await member.database.when(
    (now) => (now.members.some((other) => other.name === name) ? null : true),
    10_000,
    'context deadline exceeded',
  );
  return false;
}
