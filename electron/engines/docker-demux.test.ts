import { expect, it } from 'vitest';
import { Demux } from './docker-demux.ts';

const frame = (stream: number, text: string) => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

it('takes streams apart however the frames are cut', () => {
  const bytes = Buffer.concat([frame(1, 'one'), frame(2, 'two'), frame(1, ''), frame(1, 'three')]);
  for (let size = 1; size <= bytes.length; size += 1) {
    const got = { stdout: '', stderr: '' };
    const demux = new Demux((stream, piece) => (got[stream] += piece.toString()));
    for (let at = 0; at < bytes.length; at += size) demux.feed(bytes.subarray(at, at + size));
    expect(got).toEqual({ stdout: 'onethree', stderr: 'two' });
  }
});
