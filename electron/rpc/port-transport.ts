import type { Frame, Transport } from '../../shared/transport.ts';

/**
 * What `MessagePort` of worker_threads and Electron's `MessagePortMain` have in common. The latter hands over an event with `data`, the
 * former the data itself.
 */
export interface PortLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

/** A pipe over a message port. The port starts when the frame listener is set, so that no frame is lost before. */
export function portTransport(port: PortLike): Transport {
  let closed = false;
  let onClose = (): void => undefined;
  // Electron tells of a close only the side that did not ask for it, Node both: so it is told here, once.
  const ended = () => {
    if (closed) return;
    closed = true;
    onClose();
  };
  port.on('close', ended);
  return {
    send: (frame) => {
      if (!closed) port.postMessage(frame);
    },
    onFrame: (listener) => {
      port.on('message', (message) => {
        if (!closed) listener(frameOf(message));
      });
      port.start();
    },
    onClose: (listener) => {
      onClose = () => listener('');
    },
    close: () => {
      port.close();
      ended();
    },
    buffered: () => 0,
  };
}

/** Whatever is no frame becomes an empty text, which the protocol does not know either: the door closes on it. */
function frameOf(message: unknown): Frame {
  const data = typeof message === 'object' && message !== null && 'data' in message ? message.data : message;
  return typeof data === 'string' || data instanceof Uint8Array ? data : '';
}
