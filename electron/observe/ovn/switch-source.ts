import { LabError } from '../../../shared/errors.ts';
import type { Millis } from '../../../shared/lab.ts';
import type { JsonRpcSession } from '../../../shared/ovsdb/session.ts';
import { Monitors } from './monitors.ts';
import type { NodeSockets } from '../node-sockets.ts';
import { Relay } from './relay.ts';
import { interfaceTables, readTunnelEnds, type TunnelEnd } from './tunnels.ts';

export interface SwitchOptions {
  readonly sockets: NodeSockets;
  readonly node: string;
  /** Path of the socket of the node's own Open_vSwitch database. */
  readonly socket: string;
  readonly now: () => Millis;
  readonly onChange: () => void;
}

/** Slower than the probe of a database with votes: it tells that the daemon lives, nothing a quorum hangs on. */
const probe = { idle: 3000, giveUp: 3000 };
const timeout = 10_000;

/** The Open vSwitch of one node: whether it answers, and its tunnel ends. */
export class SwitchSource {
  readonly #relay: Relay;
  #ends: readonly TunnelEnd[] = [];
  #loaded = false;

  constructor(private readonly options: SwitchOptions) {
    const { sockets, node, socket, now, onChange } = options;
    this.#relay = new Relay({
      sockets,
      socket,
      name: `Open_vSwitch on ${node}`,
      now,
      probe,
      onSession: (session) => void this.#follow(session),
      onChange,
    });
  }

  get answers(): boolean {
    return this.#relay.answers;
  }

  get settled(): boolean {
    return this.#loaded || this.#relay.absent || (this.#relay.heardAt !== null && !this.answers);
  }

  get heardAt(): Millis | null {
    return this.#relay.heardAt;
  }

  /** Kept while it is silent. */
  get ends(): readonly TunnelEnd[] {
    return this.#ends;
  }

  close(): void {
    this.#relay.close();
  }

  async #follow(session: JsonRpcSession): Promise<void> {
    try {
      const read = () => {
        this.#ends = readTunnelEnds(tables);
        this.options.onChange();
      };
      const tables = await new Monitors(session).follow('Open_vSwitch', interfaceTables, read, timeout);
      this.#loaded = true;
      read();
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      session.close();
    }
  }
}
