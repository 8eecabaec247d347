import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { websocketTransport } from '../../electron/rpc/websocket-transport.ts';
import { RpcClient } from '../../shared/rpc-client.ts';

export const root = join(import.meta.dirname, '..', '..');

/** A browser door of its own, as `node dist/serve.js --port 0` opens it. */
export interface Backend {
  /** Where the door's page is, for a route of it, e.g. `/lab/e2e-1`. */
  address(route: string): string;
  /** A second client beside the page: what the test does and sees by itself. */
  readonly client: RpcClient;
  /** What it logged so far, the newest last. */
  log(): string;
  /** Ends it and waits until it has ended; with SIGKILL it has no time to put anything away. */
  close(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts a backend and waits for the one line it prints. @throws with its log when it ends before that */
export async function startBackend(environment: Readonly<Record<string, string>>): Promise<Backend> {
  const child = spawn(process.execPath, [join(root, 'dist', 'serve.js'), '--port', '0'], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const first = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const ended = exited.then(() => Promise.reject(new Error(`The backend ended at once:\n${said.join('\n')}`)));
  const [url] = await Promise.race([first, ended]);
  ended.catch(() => undefined);
  const [, origin = '', token = ''] = /^(http:\/\/127\.0\.0\.1:\d+)\/#token=([\w-]+)$/.exec(url) ?? [];
  if (token === '') throw new Error(`The backend printed no address: ${url}`);
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, ['quorate', `token.${token}`], { origin });
  await once(socket, 'open');
  const client = new RpcClient(websocketTransport(socket));
  return {
    address: (route) => `${origin}/#token=${token}&${route}`,
    client,
    log: () => said.join('\n'),
    close: async (signal = 'SIGTERM') => {
      // As it goes: a client that leaves first would be seen to leave.
      if (signal === 'SIGTERM') client.close();
      child.kill(signal);
      await exited;
    },
  };
}
