import type Docker from 'dockerode';
import type { RpcClient } from '../../shared/rpc-client.ts';

/** A shell in a node, seen as bytes: through the product's door, or straight from the engine. */
export interface Shell {
  type(text: string): void;
  /** Where its bytes go from now on; `done` says that they are dealt with. */
  listen(onData: (bytes: Uint8Array, done: () => void) => void): void;
  close(): Promise<void>;
}

const size = { cols: 200, rows: 50 };

/** The product's terminal over its WebSocket; what is dealt with is acknowledged as a page does. */
export async function productShell(client: RpcClient, lab: string, node: string, key: string): Promise<Shell> {
  const { terminalId } = await client.call('terminal.open', { lab, node, key, ...size });
  let deal: (bytes: Uint8Array, done: () => void) => void = (_bytes, done) => done();
  const stream = client.stream(
    terminalId,
    (bytes) => deal(bytes, () => stream.ack(bytes.length)),
    () => undefined,
  );
  return {
    type: (text) => stream.write(Buffer.from(text)),
    listen: (onData) => (deal = onData),
    close: async () => {
      stream.detach();
      await client.call('terminal.close', { terminalId });
    },
  };
}

/** The same shell on the engine's own tty stream, nothing between. */
export async function engineShell(docker: Docker, container: string): Promise<Shell> {
  const exec = await docker.getContainer(container).exec({
    Cmd: ['bash', '-l'],
    Env: ['TERM=xterm-256color', 'COLORTERM=truecolor', 'LANG=C.UTF-8'],
    Tty: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true, Tty: true });
  await exec.resize({ w: size.cols, h: size.rows });
  let deal: (bytes: Uint8Array, done: () => void) => void = (_bytes, done) => done();
  stream.on('data', (bytes: Buffer) => deal(bytes, () => undefined));
  return {
    type: (text) => void stream.write(text),
    listen: (onData) => (deal = onData),
    close: async () => {
      stream.write('\x03exit\r');
      stream.destroy();
    },
  };
}

/**
 * Types and waits for words, which may come in any pieces. @returns milliseconds until they were dealt with, and bytes that came
 * @throws after a minute, with the end of what was printed
 */
export function ask(
  shell: Shell,
  text: string,
  words: string,
  deal: (bytes: Uint8Array, done: () => void) => void = (_bytes, done) => done(),
): Promise<{ readonly ms: number; readonly bytes: number }> {
  return new Promise((resolve, reject) => {
    let tail = Buffer.alloc(0);
    let bytes = 0;
    const timer = setTimeout(
      () => reject(new Error(`"${words}" did not come within a minute; last came: ${tail.toString()}`)),
      60_000,
    );
    const begun = performance.now();
    shell.listen((piece, done) => {
      bytes += piece.length;
      const seam = Buffer.concat([tail, piece.subarray(0, words.length)]);
      const isThere = seam.includes(words) || Buffer.from(piece.buffer, piece.byteOffset, piece.length).includes(words);
      tail = Buffer.from(piece.length >= words.length ? piece.subarray(-words.length) : Buffer.concat([tail, piece]));
      deal(piece, () => {
        done();
        if (!isThere) return;
        clearTimeout(timer);
        resolve({ ms: performance.now() - begun, bytes });
      });
    });
    shell.type(text);
  });
}
