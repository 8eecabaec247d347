/**
 * Takes apart the stream of an exec without tty: frames of `[1|2, 0, 0, 0, length big-endian]` and bytes (Engine API v1.41,
 * ContainerAttach «Stream format»). Frames come cut anywhere; bytes are handed on as they come, never gathered.
 */
export class Demux {
  private readonly header = Buffer.alloc(8);
  private headerLength = 0;
  private left = 0;

  constructor(private readonly onBytes: (stream: 'stdout' | 'stderr', bytes: Buffer) => void) {}

  feed(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.left === 0) {
        const taken = chunk.copy(this.header, this.headerLength, at, at + 8 - this.headerLength);
        this.headerLength += taken;
        at += taken;
        if (this.headerLength < 8) return;
        this.headerLength = 0;
        this.left = this.header.readUInt32BE(4);
        continue;
      }
      const bytes = chunk.subarray(at, at + this.left);
      at += bytes.length;
      this.left -= bytes.length;
      this.onBytes(this.header[0] === 2 ? 'stderr' : 'stdout', bytes);
    }
  }
}
