import type { Attached } from '../engines/engine.ts';

/** Writes a command's bytes to our own streams, holding the command back while a reader of either is slow. */
export function passOutput(attached: Attached, stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream | null): void {
  const slow = new Set<NodeJS.WriteStream>();
  const passTo = (stream: NodeJS.WriteStream) => (bytes: Uint8Array) => {
    // More comes after a pause: what was read with it.
    if (stream.write(bytes) || slow.has(stream)) return;
    slow.add(stream);
    attached.pause();
    stream.once('drain', () => {
      slow.delete(stream);
      if (slow.size === 0) attached.resume();
    });
  };
  attached.onData(passTo(stdout));
  if (stderr) attached.onError(passTo(stderr));
}
