import { join } from 'node:path';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { openBrowserDoor } from '../../electron/serve/browser-door.ts';
import { createWorkbench } from '../../electron/workbench.ts';

/**
 * Entry of the benchmark's browser door: the product's own, in a process of its own, which also notes the most bytes that ever waited in one
 * of its WebSockets. They grow only when something is sent, so looking after each send misses no peak. Messages: `{url}` once; to each
 * `peak` it answers `{peak}` in bytes since the last question.
 */
let peak = 0;
const send = Reflect.get(WebSocket.prototype, 'send') as (this: WebSocket, ...words: unknown[]) => void;
Reflect.set(WebSocket.prototype, 'send', function (this: WebSocket, ...words: unknown[]) {
  send.apply(this, words);
  peak = Math.max(peak, this.bufferedAmount);
});

const workbench = createWorkbench();
const door = await openBrowserDoor({
  handlers: workbench.handlers,
  folder: join(import.meta.dirname, 'renderer'),
  port: 0,
  log: pino({ level: 'silent' }),
});
process.on('message', () => {
  process.send?.({ peak });
  peak = 0;
});
process.once('disconnect', () => void door.close().then(() => workbench.close()));
process.send?.({ url: door.url });
