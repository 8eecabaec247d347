import { app, BrowserWindow, ipcMain, protocol, session } from 'electron';
import { join } from 'node:path';
import { appOrigin, appScheme, serveAppFile } from './app-scheme.ts';
import { BackendProcess } from './backend-process.ts';
import { linkOfArguments, routeOfLink } from './deep-link.ts';
import { installMenu } from './menu.ts';
import { confine, denyPermissions, openWindow } from './window.ts';

/** The desktop door. Order matters: sandbox and scheme before the app is ready, the lock before anything is opened. */
const dist = import.meta.dirname;
let window: BrowserWindow | null = null;
/** A link that came before the app was ready (macOS hands it over as an event). */
let early: string | undefined;
const backend = new BackendProcess(join(dist, 'backend.js'));

function show(route: string): void {
  if (window === null || window.isDestroyed()) {
    window = openWindow(join(dist, 'preload.cjs'), route);
    return;
  }
  if (route !== '') void window.loadURL(`${appOrigin}/index.html${route}`);
  if (window.isMinimized()) window.restore();
  window.focus();
}

function open(link: string | undefined): void {
  show((link === undefined ? null : routeOfLink(link)) ?? '');
}

function start(): void {
  denyPermissions(session.defaultSession);
  protocol.handle(appScheme, (request) => serveAppFile(join(dist, 'renderer'), request));
  ipcMain.on('quorate:connect', (event) => {
    // Only our own page, in its top frame, may talk to the backend: it holds the engine, which is as good as root.
    const frame = event.senderFrame;
    if (frame !== null && frame.parent === null && frame.origin === appOrigin) backend.connect(event.sender);
  });
  installMenu(process.platform, () => app.showAboutPanel());
  open(early ?? linkOfArguments(process.argv));
}

app.enableSandbox();
protocol.registerSchemesAsPrivileged([
  { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
if (!app.requestSingleInstanceLock()) app.quit();
else {
  app.setAsDefaultProtocolClient('quorate');
  app.setAboutPanelOptions({
    applicationName: 'Quorate',
    applicationVersion: app.getVersion(),
    copyright: 'Apache-2.0',
  });
  app.on('web-contents-created', (_event, contents) => confine(contents));
  app.on('second-instance', (_event, words) => open(linkOfArguments(words)));
  app.on('open-url', (event, link) => {
    event.preventDefault();
    if (app.isReady()) open(link);
    else early = link;
  });
  app.on('activate', () => show(''));
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let ended = false;
  app.on('before-quit', (event) => {
    if (ended) return;
    event.preventDefault();
    void backend.end().then(() => {
      ended = true;
      app.quit();
    });
  });
  void app.whenReady().then(start);
}
