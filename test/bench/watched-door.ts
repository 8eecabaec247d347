import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { websocketTransport } from '../../electron/rpc/websocket-transport.ts';
import { RpcClient } from '../../shared/rpc-client.ts';
import { ended } from './subject.ts';

/** The product behind its WebSocket door in a process of its own, and a Node client in front of it. */
export interface WatchedDoor {
  readonly client: RpcClient;
  /** The client's end of the pipe; pausing it is a page that reads nothing. */
  readonly socket: WebSocket;
  readonly port: number;
  /** The most bytes that waited in the server's WebSocket since the last question. */
  peak(): Promise<number>;
  /** Brings up one node with OVN. */
  deploy(lab: string): Promise<void>;
  destroy(lab: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts `bench-door.js`; resolves when an engine answers it. */
export async function openWatchedDoor(): Promise<WatchedDoor> {
  const child = fork(join(import.meta.dirname, 'bench-door.js'), { stdio: 'inherit' });
  const exited = once(child, 'exit');
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  const { origin, hash } = new URL(url);
  const socket = new WebSocket(
    `${origin.replace('http', 'ws')}/rpc`,
    ['quorate', `token.${hash.slice('#token='.length)}`],
    { origin, perMessageDeflate: false },
  );
  await once(socket, 'open');
  const client = new RpcClient(websocketTransport(socket));
  await client.call('engine.look', {});
  return {
    client,
    socket,
    port: Number(new URL(origin).port),
    peak: async () => {
      const answer = once(child, 'message') as Promise<[{ peak: number }]>;
      child.send('peak');
      return (await answer)[0].peak;
    },
    deploy: async (lab) => {
      const { runId } = await client.call('lab.deploy', { recipe: 'ovn-raft', name: lab, nodes: 1 });
      await ended(client, runId);
    },
    destroy: async (lab) => {
      await ended(client, (await client.call('lab.destroy', { lab })).runId);
    },
    close: async () => {
      client.close();
      child.disconnect();
      await exited;
    },
  };
}
