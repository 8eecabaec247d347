import { contextBridge, ipcRenderer } from 'electron';

/** The two things of the page that a preload script uses; this room has no DOM types. */
declare const window: { postMessage(message: unknown, origin: string, ports: readonly unknown[]): void };
declare const location: { readonly origin: string };

/**
 * The one thing a page gets: `quorate.connect()`. A port to the backend then arrives as a `message` event with data `quorate:port`;
 * `quorate:gone` tells that the backend ended: a port alone does not.
 */
ipcRenderer.on('quorate:port', (event) => {
  window.postMessage('quorate:port', location.origin, [...event.ports]);
});
ipcRenderer.on('quorate:gone', () => window.postMessage('quorate:gone', location.origin, []));

contextBridge.exposeInMainWorld('quorate', { connect: () => ipcRenderer.send('quorate:connect') });
