import { roleWord, type RaftNode } from './raft-node.ts';

/** What a dqlite server answers here. `leader` is null when it knows of none. */
export type DqliteAnswer =
  | { readonly kind: 'leader'; readonly leader: string | null }
  | { readonly kind: 'servers'; readonly servers: readonly RaftNode[] }
  | { readonly kind: 'failure'; readonly message: string };

/** First on a connection: version 1 of the protocol (src/protocol.h of dqlite). */
export const handshake: Uint8Array = Uint8Array.from([1, 0, 0, 0, 0, 0, 0, 0]);
/** Who leads, by this server's own Raft state; it answers at once, also without a leader. */
export const leaderQuestion: Uint8Array = question(0, 0);
/** The servers of its own Raft configuration, in format 1 (with roles). */
export const serversQuestion: Uint8Array = question(16, 1);

const types = { failure: 0, leader: 1, servers: 3 };

/** Eight bytes of head (words of eight bytes that follow, type, schema, two that are not used), then the words. */
function question(type: number, argument: number): Uint8Array {
  return Uint8Array.from([1, 0, 0, 0, type, 0, 0, 0, argument, 0, 0, 0, 0, 0, 0, 0]);
}

/** Splits what comes on a connection into answers, which may arrive in any pieces. */
export class DqliteReader {
  #pending = Buffer.alloc(0);

  /** @throws RangeError when a message is shorter than it says */
  read(bytes: Uint8Array): readonly DqliteAnswer[] {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    const answers: DqliteAnswer[] = [];
    while (this.#pending.length >= 8) {
      const length = 8 + this.#pending.readUInt32LE(0) * 8;
      if (this.#pending.length < length) break;
      const answer = readBody(this.#pending.readUInt8(4), this.#pending.subarray(8, length));
      if (answer !== null) answers.push(answer);
      this.#pending = this.#pending.subarray(length);
    }
    return answers;
  }
}

function readBody(type: number, body: Buffer): DqliteAnswer | null {
  let at = 0;
  const number = () => {
    at += 8;
    return body.readBigUInt64LE(at - 8);
  };
  // Ends with a zero byte, and is padded to whole words.
  const text = () => {
    const end = body.indexOf(0, at);
    if (end < 0) throw new RangeError('a text without an end');
    const value = body.toString('utf8', at, end);
    at += Math.ceil((end + 1 - at) / 8) * 8;
    return value;
  };
  if (type === types.failure) {
    number();
    return { kind: 'failure', message: text() };
  }
  if (type === types.leader) {
    number();
    return { kind: 'leader', leader: text() || null };
  }
  if (type !== types.servers) return null;
  const servers = Array.from({ length: Number(number()) }, () => ({
    id: String(number()),
    address: text(),
    role: roleWord(Number(number())),
  }));
  return { kind: 'servers', servers };
}
