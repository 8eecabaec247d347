import { Duplex } from 'node:stream';
import { LabError } from '../../shared/errors.ts';
import type { SocketInput, SocketListener } from './node-sockets.ts';

/** Reason with which a relay tells that the peer closed in order. */
const endOfFile = 'end of file';

/**
 * A socket in a node as a stream of Node's.
 * @param open connects, and says what comes
 * @returns a stream that fails with LabError 'source/silent' when nobody listens or the connection breaks
 */
export function byteStream(path: string, open: (listener: SocketListener) => SocketInput): Duplex {
  const fail = (reason: string) => new LabError('source/silent', `${path} in the node: ${reason}`);
  const stream: Duplex = new Duplex({
    read: () => {},
    write: (chunk: Uint8Array, _encoding, done) => {
      // What is written together is sent together, and the caller may use its buffer again.
      input.write(Uint8Array.from(chunk));
      done();
    },
    final: (done) => done(),
    destroy: (error, done) => {
      input.close();
      done(error);
    },
  });
  const input = open({
    data: (bytes) => void stream.push(bytes.slice()),
    absent: () => stream.destroy(fail('nobody listens')),
    close: (reason) => {
      if (reason === endOfFile) stream.push(null);
      else if (!stream.destroyed) stream.destroy(fail(reason));
    },
  });
  return stream;
}
