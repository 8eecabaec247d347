import type { NodeMember } from './node-member.ts';
import { deleteMember, updateMember } from './operations.ts';
import { forgotten, Refusal, wordsOf } from './refusal.ts';
import type { Snapshot } from './snapshot.ts';
import { log } from './log.ts';

const LEAVE_LIMIT = 60_000;
const HAND_OVER_LIMIT = 20_000;
const PROBE_LIMIT = 2000;

/**
 * Sees to it that the cluster keeps its database when this member takes its vote away: of two members the other has none, and of
 * three one gives its vote back, which must not happen while this one goes. The leader assigns the roles as if this member were
 * gone already; this waits until they are taken.
 * @throws Refusal `Found no voters to transfer leadership to` when nobody takes the vote: then this member stays what it is
 */
export async function handOver(member: NodeMember): Promise<void> {
  if (member.server.mode !== 'raft') return;
  const { name } = member.identity;
  const { database } = member;
  const others = (await database.ready()).members.filter((other) => other.name !== name);
  const answers = await Promise.all(others.map((other) => member.answers(other, PROBE_LIMIT)));
  if (!answers.includes(true)) throw new Refusal(500, NO_VOTERS);
  let heard = 0;
  await database.change((snapshot) => {
    heard = member.self(snapshot).lastHeartbeat;
    return [updateMember(name, { leaving: true })];
  });
  try {
    await database.when((now) => (isHandedOver(now, name, heard) ? true : null), HAND_OVER_LIMIT, NO_VOTERS);
  } catch (error) {
    await database
      .change(() => [updateMember(name, { leaving: false })])
      .catch((failure: unknown) => log(`remove: ${name} is still marked as leaving: ${wordsOf(failure)}`));
    throw error;
  }
}

const NO_VOTERS = 'Found no voters to transfer leadership to';

/** @param heard `lastHeartbeat` of the leaving member before: a later one was written together with the roles */
function isHandedOver({ members }: Snapshot, name: string, heard: number): boolean {
  const staying = members.filter((other) => other.name !== name && !other.leaving);
  return (
    members.some((other) => other.name === name && other.lastHeartbeat !== heard) &&
    staying.some(({ role }) => role === 'voter') &&
    staying.every(({ role, assignment }) => (role === 'voter') === (assignment === 'voter'))
  );
}

/**
 * Removes a member, which may be this one (contract 1.6, 3.6). One that was removed by force while it was away resets itself this way.
 * @param force also when it does not answer: then its record and its vote go, and its OVN servers and chassis stay behind
 * @returns whether this very node has left
 */
export async function removeMember(member: NodeMember, name: string, force: boolean): Promise<boolean> {
  const snapshot = await member.database.ready();
  if (member.isForgotten) {
    if (name !== member.identity.name) throw forgotten(member.identity.name);
    await member.leave();
    return true;
  }
  const target = snapshot.members.find((other) => other.name === name);
  if (target === undefined) throw new Refusal(404, `No remote exists with the given name "${name}"`);
  if (snapshot.members.length === 1) throw new Refusal(400, 'Cannot leave a cluster with 1 members');
  if (!snapshot.members.some((other) => other !== target && other.role !== 'PENDING'))
    throw new Refusal(400, 'Cannot remove cluster members, there are no remaining non-pending members');
  if (name === member.identity.name) {
    await handOver(member).catch((error: unknown) => {
      if (!force) throw error;
      log(`remove: ${name} by force: ${wordsOf(error)}`);
    });
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
