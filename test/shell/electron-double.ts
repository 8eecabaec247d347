/**
 * Stands for the `electron` module where its binary is not at hand: bundled by `start-up.test.ts` into the packages of a copy of `dist/`.
 * The window is a page of real Chromium with the real preload script around it; the backend is a real process; ports are carried between
 * them. What is asked of Electron is written to stdout as JSON lines, in order.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Page } from '@playwright/test';

const told = (event: string, detail: unknown = null) => process.stdout.write(`${JSON.stringify({ event, detail })}\n`);
const setting = (name: string) => process.env[name] ?? '';
/** The page's address in Chromium, which knows no scheme of ours. */
const pageOrigin = 'https://quorate-app.test';
let scheme = '';
let serve: (request: { method: string; url: string }) => Promise<Response> = () =>
  Promise.resolve(new Response(null, { status: 500 }));

class PortMain extends EventEmitter {
  constructor(private readonly port: MessagePort) {
    super();
    port.on('close', () => this.emit('close'));
  }
  start() {
    this.port.on('message', (data: unknown) => this.emit('message', { data, ports: [] }));
    this.port.start();
  }
  postMessage(data: unknown) {
    this.port.postMessage(data);
  }
  close() {
    this.port.close();
  }
}

export class MessageChannelMain {
  readonly port1: PortMain;
  readonly port2: PortMain;
  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new PortMain(port1);
    this.port2 = new PortMain(port2);
  }
}

class App extends EventEmitter {
  #ready = false;
  #holdsLock = false;
  enableSandbox = () => told('sandbox');
  setAsDefaultProtocolClient = (name: string) => told('deep links', name);
  setAboutPanelOptions = () => {};
  showAboutPanel = () => {};
  getVersion = () => '0.0.0';
  isReady = () => this.#ready;
  requestSingleInstanceLock(): boolean {
    const lock = setting('DOUBLE_LOCK');
    try {
      mkdirSync(lock);
    } catch {
      // Written elsewhere and moved: whoever watches sees it whole.
      const words = `${lock}-${process.pid}`;
      writeFileSync(words, JSON.stringify(process.argv));
      renameSync(words, join(lock, `${process.pid}`));
      told('second instance');
      return false;
    }
    watch(lock, (_kind, name) => {
      // The end of this instance removes the folder, which is an event as well.
      if (name === null || !existsSync(join(lock, name))) return;
      this.emit('second-instance', {}, JSON.parse(readFileSync(join(lock, name), 'utf8')));
    }).unref();
    this.#holdsLock = true;
    told('lock');
    return true;
  }
  whenReady(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(() => {
        this.#ready = true;
        told('ready');
        resolve();
      });
    });
  }
  quit() {
    let prevented = false;
    this.emit('before-quit', { preventDefault: () => (prevented = true) });
    if (prevented) return;
    if (this.#holdsLock) rmSync(setting('DOUBLE_LOCK'), { recursive: true, force: true });
    told('quit');
    void browser?.close().finally(() => process.exit(0));
    if (browser === null) process.exit(0);
  }
}
export const app = new App();

export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown) => told('schemes', schemes),
  handle: (name: string, handler: typeof serve) => {
    scheme = name;
    serve = handler;
    told('handle', name);
  },
};

export const session = {
  defaultSession: {
    setPermissionRequestHandler: () => told('permissions'),
    setPermissionCheckHandler: () => {},
    setDevicePermissionHandler: () => {},
  },
};

export const ipcMain = new EventEmitter();
export const shell = { openExternal: (url: string) => Promise.resolve(told('external', url)) };
export const Menu = { buildFromTemplate: (template: unknown) => template, setApplicationMenu: () => told('menu') };

let browser: { close(): Promise<void> } | null = null;

/** A port's frame on its way through JSON: text, or bytes as base64. */
type Carried = string | { readonly bytes: string };
const carry = (frame: unknown): Carried =>
  typeof frame === 'string' ? frame : { bytes: Buffer.from(frame as Uint8Array).toString('base64') };
const unpack = (frame: Carried) =>
  typeof frame === 'string' ? frame : new Uint8Array(Buffer.from(frame.bytes, 'base64'));

class Contents extends EventEmitter {
  readonly #ports: PortMain[] = [];
  constructor(readonly page: Promise<Page>) {
    super();
  }
  setWindowOpenHandler = () => {};
  postMessage(channel: string, _message: unknown, ports: readonly PortMain[] = []) {
    if (ports.length === 0)
      void this.page.then((page) => page.evaluate(`doubleMessage(${JSON.stringify(channel)})`)).catch(() => {});
    for (const port of ports) {
      const id = this.#ports.push(port) - 1;
      void this.page.then((page) => {
        port.on(
          'message',
          ({ data }: { data: unknown }) =>
            void page.evaluate(`doubleToPage(${id}, ${JSON.stringify(carry(data))})`).catch(() => {}),
        );
        port.start();
        return page.evaluate(`doublePort(${JSON.stringify(channel)}, ${id})`);
      });
    }
  }
  fromPage(id: number, frame: Carried) {
    this.#ports[id]?.postMessage(unpack(frame));
  }
}

/** What a sandboxed preload script finds around it: `require('electron')` and the page. */
const preloadFrame = (code: string) => `(() => {
  const listeners = {}, ports = [];
  const carry = (f) => typeof f === 'string' ? f : { bytes: btoa(String.fromCharCode(...f)) };
  const unpack = (f) => typeof f === 'string' ? f : Uint8Array.from(atob(f.bytes), (c) => c.charCodeAt(0));
  globalThis.doublePort = (channel, id) => {
    const { port1, port2 } = new MessageChannel();
    ports[id] = port1;
    port1.onmessage = (event) => doubleFromPage(id, carry(event.data));
    listeners[channel]({ ports: [port2] });
  };
  globalThis.doubleMessage = (channel) => listeners[channel]({ ports: [] });
  globalThis.doubleToPage = (id, frame) => ports[id].postMessage(unpack(frame));
  const electron = {
    ipcRenderer: { on: (channel, listener) => { listeners[channel] = listener; }, send: (channel) => doubleSend(channel) },
    contextBridge: { exposeInMainWorld: (name, value) => { globalThis[name] = value; } },
  };
  const module = { exports: {} };
  ((require, module, exports) => { ${code} })((name) => { if (name !== 'electron') throw new Error(name); return electron; }, module, module.exports);
})();`;

export class BrowserWindow extends EventEmitter {
  readonly webContents: Contents;
  #destroyed = false;
  constructor(options: { webPreferences: { preload: string } }) {
    super();
    told('window', options.webPreferences);
    this.webContents = new Contents(this.#open(options.webPreferences.preload));
    app.emit('web-contents-created', {}, this.webContents);
  }
  async #open(preload: string): Promise<Page> {
    const { chromium } = createRequire(setting('DOUBLE_ROOT'))('@playwright/test') as typeof import('@playwright/test');
    const opened = await chromium.launch({
      executablePath: setting('DOUBLE_CHROMIUM'),
      args: [`--remote-debugging-port=${setting('DOUBLE_PORT')}`],
    });
    browser = opened;
    const page = await opened.newPage({ viewport: { width: 1440, height: 900 } });
    await page.exposeFunction('doubleFromPage', (id: number, frame: Carried) => this.webContents.fromPage(id, frame));
    await page.exposeFunction('doubleSend', (channel: string) => {
      const frame = { parent: null, origin: `${scheme}://app` };
      ipcMain.emit(channel, { senderFrame: frame, sender: this.webContents });
    });
    await page.addInitScript(preloadFrame(readFileSync(preload, 'utf8')));
    await page.route(`${pageOrigin}/**`, async (route) => {
      const request = route.request();
      const answer = await serve({
        method: request.method(),
        url: request.url().replace(pageOrigin, `${scheme}://app`),
      });
      await route.fulfill({
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: Buffer.from(await answer.arrayBuffer()),
      });
    });
    page.on('close', () => {
      this.#destroyed = true;
      app.emit('window-all-closed');
    });
    return page;
  }
  async loadURL(url: string): Promise<void> {
    told('load', url);
    const page = await this.webContents.page;
    await page.goto(url.replace(`${scheme}://app`, pageOrigin));
    this.emit('ready-to-show');
  }
  show = () => told('show');
  focus = () => told('focus');
  isDestroyed = () => this.#destroyed;
  isMinimized = () => false;
  restore = () => {};
}

class Utility extends EventEmitter {
  readonly #child: ChildProcess;
  readonly #ports: PortMain[] = [];
  constructor(script: string) {
    super();
    this.#child = fork(script, { serialization: 'advanced', execArgv: ['--import', setting('DOUBLE_PARENT_PORT')] });
    told('backend', this.#child.pid);
    this.#child.on('message', ({ port, data }: { port: number; data: unknown }) =>
      this.#ports[port]?.postMessage(data),
    );
    this.#child.on('exit', (code) => {
      told('backend ended', code);
      this.emit('exit', code);
    });
  }
  postMessage(message: unknown, ports: readonly PortMain[] = []) {
    const ids = ports.map((port) => {
      const id = this.#ports.push(port) - 1;
      port.on('message', ({ data }: { data: unknown }) => this.#send({ port: id, data }));
      port.start();
      return id;
    });
    this.#send({ message, ports: ids });
  }
  /** What is posted to a process that has just died is lost, as with Electron's own. */
  #send(message: object) {
    this.#child.send(message, () => undefined);
  }
}
export const utilityProcess = { fork: (script: string) => new Utility(script) };
export type { UtilityProcess, WebContents, Session, MenuItemConstructorOptions } from 'electron';
