import type { IncomingMessage } from 'node:http';
import { CONTROL_SOCKET, DEFAULT_STATE_DIR, type Api, type ApiError, type ApiInput, type Endpoint } from '../api.ts';
import { CommandError, DaemonError } from './command-error.ts';
import { goQuote } from './go-text.ts';

/** What a call gives; parts the endpoint has none of may be left out. */
export type CallInput<E extends Endpoint> = Partial<ApiInput<E>> & {
  /** Seconds until the call is given up; 60 unless said. */
  readonly timeout?: number;
};

/** Path of the control socket: `--state-dir`, else the variable `STATE_DIR`, else MicroOVN's own. */
export function socketPath(flag: string, environment: Readonly<Record<string, string | undefined>>): string {
  return `${flag || environment['STATE_DIR'] || DEFAULT_STATE_DIR}/${CONTROL_SOCKET}`;
}

/** The daemon of this node, over its control socket. */
export class Daemon {
  constructor(
    private readonly socket: string,
    private readonly trace?: (line: string) => void,
  ) {}

  /**
   * Calls one endpoint.
   * @throws DaemonError when the daemon answers with an error
   * @throws CommandError in Go's words when it does not answer, e.g. `Get "http://control.socket/1.0/services": dial
   * unix /var/…/control.socket: connect: no such file or directory`
   */
  async call<E extends Endpoint>(endpoint: E, input: CallInput<E> = {}): Promise<Api[E]['response']> {
    const [method = '', template = ''] = endpoint.split(' ');
    const path = withQuery(withParameters(template, input.params ?? {}), input.query ?? {});
    const began = performance.now();
    const answer = await this.request(method, path, input.body ?? null, input.timeout ?? 60);
    this.trace?.(`${method} ${path}: ${String(answer.status)} in ${(performance.now() - began).toFixed(0)} ms`);
    if (answer.status === 200) return JSON.parse(answer.body) as Api[E]['response'];
    throw new DaemonError(answer.status, errorText(answer.status, answer.body));
  }

  private async request(method: string, path: string, body: unknown, timeout: number) {
    // Loaded here so that help, versions and mistakes answer without it.
    const { request } = await import('node:http');
    const payload = body === null ? '' : JSON.stringify(body);
    const options = {
      socketPath: this.socket,
      method,
      path,
      agent: false,
      signal: AbortSignal.timeout(Math.ceil(timeout * 1000)),
      headers: {
        host: CONTROL_SOCKET,
        'content-length': Buffer.byteLength(payload),
        ...(payload === '' ? {} : { 'content-type': 'application/json' }),
      },
    };
    try {
      return await new Promise<{ status: number; body: string }>((resolve, reject) => {
        const outgoing = request(options, (incoming) => {
          collect(incoming).then((text) => {
            resolve({ status: incoming.statusCode ?? 0, body: text });
          }, reject);
        });
        outgoing.on('error', reject);
        outgoing.end(payload);
      });
    } catch (thrown) {
      const verb = method.charAt(0) + method.slice(1).toLowerCase();
      const url = goQuote(`http://${CONTROL_SOCKET}${path}`);
      throw new CommandError(`${verb} ${url}: ${this.reason(thrown)}`, { cause: thrown });
    }
  }

  private reason(thrown: unknown): string {
    if (!(thrown instanceof Error)) return String(thrown);
    if (thrown.name === 'AbortError' || thrown.name === 'TimeoutError') return 'context deadline exceeded';
    const { code = '', syscall } = thrown as NodeJS.ErrnoException;
    const text = {
      ENOENT: 'no such file or directory',
      ECONNREFUSED: 'connection refused',
      EACCES: 'permission denied',
    };
    if (syscall === 'connect') {
      return `dial unix ${this.socket}: connect: ${text[code as keyof typeof text] ?? thrown.message}`;
    }
    return code === 'ECONNRESET' ? 'EOF' : thrown.message;
  }
}

function withParameters(template: string, parameters: Readonly<Record<string, string>>): string {
  return template.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ''));
}

function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}

async function collect(incoming: IncomingMessage): Promise<string> {
  incoming.setEncoding('utf8');
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  return text;
}

function errorText(status: number, body: string): string {
  try {
    return (JSON.parse(body) as ApiError).error;
  } catch {
    return `the daemon answered ${String(status)} without a reason`;
  }
}
