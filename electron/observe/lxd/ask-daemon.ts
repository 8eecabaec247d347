import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { LabError } from '../../../shared/errors.ts';
import type { NodeSockets } from '../node-sockets.ts';

export interface Question {
  readonly path: string;
  /** Sent as JSON by POST; without it the question is a GET. */
  readonly body?: unknown;
  /** Milliseconds until the whole answer is there. */
  readonly timeout: number;
}

/**
 * Asks a daemon over its unix socket.
 * @returns `metadata` of its answer (doc/rest-api.md of LXD 5.0: `{"type": "sync", "metadata": …}`)
 * @throws LabError 'source/silent' when nobody listens or no whole answer came in time,
 * 'source/unreadable' with the daemon's own words when it refuses, or when what came is no such answer
 */
export async function askDaemon(sockets: NodeSockets, socket: string, question: Question): Promise<unknown> {
  const { path, body, timeout } = question;
  const answer = await new Promise<string>((resolve, reject) => {
    const asked = request(
      {
        path,
        method: body === undefined ? 'GET' : 'POST',
        headers: { host: 'unix', connection: 'close', 'content-type': 'application/json' },
        createConnection: () => sockets.stream(socket),
      },
      (response) => text(response).then(resolve, fail),
    );
    const stop = setTimeout(() => {
      fail(new LabError('source/silent', `${path} gave no answer within ${timeout / 1000} s.`));
      asked.destroy();
    }, timeout);
    stop.unref();
    const fail = (error: unknown) => {
      clearTimeout(stop);
      reject(error instanceof LabError ? error : new LabError('source/silent', `${path}: ${String(error)}`));
    };
    asked.on('error', fail);
    asked.on('close', () => clearTimeout(stop));
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
  return readAnswer(answer);
}

/** `metadata` of an answer. @throws LabError 'source/unreadable' */
export function readAnswer(answer: string): unknown {
  let value: unknown = null;
  try {
    value = JSON.parse(answer);
  } catch {
    // Told below.
  }
  if (typeof value !== 'object' || value === null || !('type' in value))
    throw new LabError('source/unreadable', 'The daemon gave an answer that is not its own form.', { detail: answer });
  if (value.type === 'error') throw new LabError('source/unreadable', 'error' in value ? String(value.error) : '');
  return 'metadata' in value ? value.metadata : null;
}
