import type { NodeSockets } from '../node-sockets.ts';
import { nodeTimers } from '../node-timers.ts';

/** Milliseconds: how long an answer may take (the daemon asks every member first), and until it is asked again unprompted. */
const limits = { answer: 15_000, again: 5000 };

/** One member as `GET /core/1.0/cluster` of our MicroOVN's daemon tells it (resources/images/microovn/src/api.ts). */
interface Told {
  readonly name: string;
  readonly status: string;
}

/** A node whose daemon can be asked. */
export interface Asked {
  readonly name: string;
  readonly sockets: NodeSockets;
}

/**
 * The status of every member in the product's own word, e.g. `ONLINE`: what `microovn cluster list` shows. No database holds it; a daemon finds it
 * out by asking all members, so it is asked for at each change of the members, and every 5 s while somebody looks.
 */
export class MemberStatus {
  #statuses: ReadonlyMap<string, string> = new Map();
  #askedFor: string | null = null;
  #wanted = '';
  #asking = false;
  #stopTimer: () => void = () => {};
  #closed = false;

  /**
   * @param path of the daemon's control socket in a node
   * @param asked a node that runs and answers, or null when there is none
   */
  constructor(
    private readonly path: string,
    private readonly asked: () => Asked | null,
    private readonly onChange: () => void,
  ) {}

  /** Null while unknown, also when the last question was not answered. */
  of(member: string): string | null {
    return this.#statuses.get(member) ?? null;
  }

  /** True once an answer came, or none can. */
  get settled(): boolean {
    return !this.#asking || this.#statuses.size > 0;
  }

  /** Asks at once when the members (in any words that change with them) are not those last asked for. */
  members(words: string): void {
    this.#wanted = words;
    if (words !== this.#askedFor && words !== '') void this.#ask();
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer();
  }

  async #ask(): Promise<void> {
    if (this.#asking || this.#closed) return;
    this.#asking = true;
    this.#stopTimer();
    this.#askedFor = this.#wanted;
    const node = this.asked();
    const answer = node === null ? null : await request(node.sockets, this.path);
    this.#asking = false;
    if (this.#closed) return;
    const told = answer === null ? [] : readStatuses(answer);
    const statuses = new Map(told.map(({ name, status }) => [name, status]));
    const changed = JSON.stringify([...statuses]) !== JSON.stringify([...this.#statuses]);
    this.#statuses = statuses;
    if (changed) this.onChange();
    if (this.#wanted === this.#askedFor) this.#stopTimer = nodeTimers.after(limits.again, () => void this.#ask());
    else void this.#ask();
  }
}

/** The whole answer to one request in HTTP/1.0, which ends with the connection; null when none came. */
function request(sockets: NodeSockets, path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = sockets.open(path);
    let text = '';
    const done = (answer: string | null) => {
      stop();
      resolve(answer);
      socket.close();
    };
    const stop = nodeTimers.after(limits.answer, () => done(null));
    socket.onText((piece) => (text += piece));
    socket.onAbsent(() => done(null));
    socket.onClose(() => done(text));
    socket.write('GET /core/1.0/cluster HTTP/1.0\r\nHost: control.socket\r\n\r\n');
  });
}

/** Members of an HTTP answer; none unless it is 200 with a list of them. */
export function readStatuses(answer: string): readonly Told[] {
  const [head = '', body = ''] = answer.split(/\r\n\r\n(.*)/s);
  if (!/^HTTP\/1\.[01] 200 /.test(head)) return [];
  try {
    const listed: unknown = JSON.parse(body);
    return Array.isArray(listed) ? listed.filter(isTold) : [];
  } catch {
    return [];
  }
}

function isTold(value: unknown): value is Told {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('status' in value)) return false;
  return typeof value.name === 'string' && typeof value.status === 'string';
}
