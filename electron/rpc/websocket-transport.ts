import { WebSocket } from 'ws';
import type { Transport } from '../../shared/transport.ts';

/**
 * A pipe over a WebSocket of `ws`, which must be open. Text frames are text, binary frames are bytes. An error of the socket is the
 * reason of its close, e.g. `Max payload size exceeded`.
 */
export function websocketTransport(socket: WebSocket): Transport {
  let reason = '';
  socket.on('error', (error) => {
    reason = error.message;
  });
  return {
    send: (frame) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(frame);
    },
    onFrame: (listener) => {
      socket.on('message', (data, isBinary) => {
        // The default binaryType of ws: every message is one Buffer.
        const bytes = data as Buffer;
        listener(isBinary ? bytes : bytes.toString('utf8'));
      });
    },
    onClose: (listener) => {
      socket.on('close', (_code, text) => listener(reason === '' ? text.toString('utf8') : reason));
    },
    close: () => socket.close(),
    buffered: () => socket.bufferedAmount,
  };
}
