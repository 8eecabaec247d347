import { LabError } from '../../shared/errors.ts';
import type { Frame, Transport } from '../../shared/transport.ts';
import type { Dial } from './connection.svelte.ts';

/** What the preload script of the desktop window puts on `window.quorate`: it answers `connect` with a port in a message event. */
export interface Bridge {
  connect(): void;
}

declare global {
  interface Window {
    readonly quorate?: Bridge;
  }
}

const storageKey = 'quorate.token';

/**
 * Moves the token out of the address: from the fragment `#token=…` to the session storage of this tab, so that it stays in no history,
 * bookmark or picture of the address bar. Returns the token of this tab, `''` when there is none.
 */
export function takeToken(
  location: Pick<Location, 'hash' | 'pathname' | 'search'>,
  history: Pick<History, 'replaceState'>,
  storage: Pick<Storage, 'getItem' | 'setItem'>,
): string {
  const found = /^#(?:.*&)?token=([\w-]+)(?:&(.*))?$/.exec(location.hash);
  if (found !== null) {
    storage.setItem(storageKey, found[1] ?? '');
    history.replaceState(null, '', `${location.pathname}${location.search}#${found[2] ?? '/'}`);
  }
  return storage.getItem(storageKey) ?? '';
}

/** Over a WebSocket of the same origin. The token travels as a sub-protocol: it is in no address and no log. */
export function dialSocket(origin: string, token: string): Dial {
  return () =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(origin.replace(/^http/, 'ws') + '/rpc', ['quorate', `token.${token}`]);
      socket.binaryType = 'arraybuffer';
      socket.onopen = () => resolve(socketTransport(socket));
      // The browser does not tell a page why a socket was refused; whether the page itself still loads does.
      socket.onclose = () =>
        void fetch(origin, { cache: 'no-store' }).then(
          () => reject(new LabError('auth/refused', 'The backend does not know this page.')),
          () => reject(new LabError('door/closed', 'The backend of Quorate does not answer.')),
        );
    });
}

function socketTransport(socket: WebSocket): Transport {
  return {
    send: (frame) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      // A view may lie in a larger buffer; only its own bytes go out.
      socket.send(typeof frame === 'string' ? frame : frame.slice());
    },
    onFrame: (listener) => {
      socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => listener(asFrame(event.data));
    },
    onClose: (listener) => {
      socket.onclose = (event) => listener(event.reason === '' ? 'The backend of Quorate went away.' : event.reason);
    },
    close: () => socket.close(),
    buffered: () => socket.bufferedAmount,
  };
}

/** Over a message port that the desktop window's preload script hands over. */
export function dialBridge(bridge: Bridge): Dial {
  return () =>
    new Promise((resolve) => {
      const onMessage = (event: MessageEvent<unknown>) => {
        const [port] = event.ports;
        if (event.source !== window || event.data !== 'quorate:port' || port === undefined) return;
        window.removeEventListener('message', onMessage);
        resolve(portTransport(port));
      };
      window.addEventListener('message', onMessage);
      bridge.connect();
    });
}

function portTransport(port: MessagePort): Transport {
  return {
    send: (frame) => port.postMessage(frame),
    onFrame: (listener) => {
      // Setting onmessage starts the port.
      port.onmessage = (event: MessageEvent<string | Uint8Array | ArrayBuffer>) => listener(asFrame(event.data));
    },
    onClose: (listener) => {
      // A port does not tell that its other end is gone; the preload script does.
      const onMessage = (event: MessageEvent<unknown>) => {
        if (event.source !== window || event.data !== 'quorate:gone') return;
        window.removeEventListener('message', onMessage);
        listener('The backend of Quorate went away.');
      };
      window.addEventListener('message', onMessage);
    },
    close: () => port.close(),
    buffered: () => 0,
  };
}

function asFrame(data: string | Uint8Array | ArrayBuffer): Frame {
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
