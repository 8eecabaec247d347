import { beforeEach, expect, test, vi } from 'vitest';

/** Records what the shell asks of Electron: the module itself needs the binary. */
const electron = vi.hoisted(() => ({ options: [] as unknown[], loaded: [] as string[], opened: [] as string[] }));
vi.mock('electron', () => ({
  BrowserWindow: class {
    constructor(options: unknown) {
      electron.options.push(options);
    }
    once() {}
    loadURL(url: string) {
      electron.loaded.push(url);
      return Promise.resolve();
    }
  },
  shell: { openExternal: (url: string) => (electron.opened.push(url), Promise.resolve()) },
}));

const { confine, denyPermissions, openWindow } = await import('./window.ts');

beforeEach(() => {
  for (const list of Object.values(electron)) list.length = 0;
});

test('the window has no Node, its own context and a sandbox', () => {
  openWindow('/app/preload.cjs', '#/link?recipe=microovn');
  expect(electron.options).toMatchObject([
    {
      show: false,
      minWidth: 1024,
      webPreferences: {
        preload: '/app/preload.cjs',
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        webviewTag: false,
      },
    },
  ]);
  expect(electron.loaded).toEqual(['quorate-app://app/index.html#/link?recipe=microovn']);
});

/** Contents of a page with the listeners that `confine` sets. */
function confined() {
  const listeners = new Map<string, (event: { url: string; preventDefault(): void }) => void>();
  let onOpen: (details: { url: string }) => unknown = () => null;
  confine({
    on: (name: string, listener: (event: { url: string; preventDefault(): void }) => void) =>
      listeners.set(name, listener),
    setWindowOpenHandler: (handler: (details: { url: string }) => unknown) => (onOpen = handler),
  } as unknown as Parameters<typeof confine>[0]);
  return {
    prevented: (name: string, url: string) => {
      let prevented = false;
      listeners.get(name)?.({ url, preventDefault: () => (prevented = true) });
      return prevented;
    },
    open: (url: string) => onOpen({ url }),
  };
}

test.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])('%s leads nowhere but to our own page', (name) => {
  const page = confined();
  const targets = [
    'https://example.org/',
    'file:///etc/passwd',
    'quorate-app://apple/',
    'quorate-app://app/index.html#/lab/a',
  ];
  expect(targets.map((url) => page.prevented(name, url))).toEqual([true, true, true, false]);
});

test('webviews are denied, new windows too; a web link opens outside', () => {
  const page = confined();
  expect(page.prevented('will-attach-webview', 'quorate-app://app/')).toBe(true);
  expect([page.open('https://example.org/'), page.open('file:///etc/passwd'), page.open('javascript:1')]).toEqual(
    Array(3).fill({ action: 'deny' }),
  );
  expect(electron.opened).toEqual(['https://example.org/']);
});

test('of all permissions only writing to the clipboard is given, to our own page', () => {
  type Ask = (
    contents: null,
    permission: string,
    answer: (given: boolean) => void,
    details: { requestingUrl: string },
  ) => void;
  let request: Ask = () => {};
  let check: (contents: null, permission: string, origin: string) => boolean = () => true;
  let device: () => boolean = () => true;
  denyPermissions({
    setPermissionRequestHandler: (handler: Ask) => (request = handler),
    setPermissionCheckHandler: (handler: typeof check) => (check = handler),
    setDevicePermissionHandler: (handler: typeof device) => (device = handler),
  } as unknown as Parameters<typeof denyPermissions>[0]);
  const ask = (permission: string, url: string) => {
    let given: boolean | undefined;
    request(null, permission, (answer) => (given = answer), { requestingUrl: url });
    return [given, check(null, permission, new URL(url).protocol + '//' + new URL(url).host)];
  };
  expect(ask('clipboard-sanitized-write', 'quorate-app://app/index.html')).toEqual([true, true]);
  expect(ask('clipboard-sanitized-write', 'https://example.org/')).toEqual([false, false]);
  expect(ask('media', 'quorate-app://app/index.html')).toEqual([false, false]);
  expect(device()).toBe(false);
});
