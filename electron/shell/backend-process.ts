import { MessageChannelMain, utilityProcess, type UtilityProcess, type WebContents } from 'electron';

/**
 * The backend as a process of its own, so that a busy lab never freezes the window and a crash of one does not take the other.
 * It is started when a page connects; when it ended, pages are told, and connect again.
 */
export class BackendProcess {
  #child: UtilityProcess | null = null;
  readonly #pages = new Set<WebContents>();

  constructor(private readonly script: string) {}

  /** Gives a page one end of a channel to the backend. The page's preload hands it on as a `MessagePort`. */
  connect(page: WebContents): void {
    const { port1, port2 } = new MessageChannelMain();
    this.#running().postMessage({ connect: true }, [port1]);
    page.postMessage('quorate:port', null, [port2]);
    this.#pages.add(page);
    page.once('destroyed', () => this.#pages.delete(page));
  }

  /** Asks the backend to end and resolves when it has: shells are closed, sources are let go, labs stay. */
  end(): Promise<void> {
    const child = this.#child;
    if (child === null) return Promise.resolve();
    return new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.postMessage({ end: true });
    });
  }

  #running(): UtilityProcess {
    if (this.#child !== null) return this.#child;
    const child = utilityProcess.fork(this.script, [], { serviceName: 'Quorate backend' });
    this.#child = child;
    child.once('exit', () => {
      this.#child = null;
      for (const page of this.#pages) page.postMessage('quorate:gone', null);
      this.#pages.clear();
    });
    return child;
  }
}
