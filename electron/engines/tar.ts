import { LabError } from '../../shared/errors.ts';

/** A file in an archive. */
export interface TarFile {
  /** Relative, with forward slashes, at most 255 bytes. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Permission bits, e.g. 0o644. */
  readonly mode: number;
}

/**
 * A POSIX ustar archive of plain files, owned by root and without times: the same files always give the same bytes.
 * @throws LabError 'input/invalid' for a path that does not fit
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html «ustar Interchange Format»
 */
export function packTar(files: readonly TarFile[]): Buffer {
  const parts = files.flatMap((file) => {
    const padding = (512 - (file.content.length % 512)) % 512;
    return [header(file), file.content, Buffer.alloc(padding)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

/** The first plain file of an archive, or null when there is none. */
export function firstTarFile(archive: Buffer): Uint8Array | null {
  let at = 0;
  while (at + 512 <= archive.length && archive[at] !== 0) {
    const size = readSize(archive.subarray(at + 124, at + 136));
    const type = archive[at + 156];
    if (type === 0 || type === 0x30) return archive.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return null;
}

function header(file: TarFile): Buffer {
  const block = Buffer.alloc(512);
  const { name, prefix } = splitPath(file.path);
  block.write(name, 0);
  block.write(octal(file.mode & 0o7777, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(file.content.length, 11), 124);
  block.write(octal(0, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  block.write('root', 265);
  block.write('root', 297);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\u0000 `, 148);
  return block;
}

function splitPath(path: string): { readonly name: string; readonly prefix: string } {
  if (Buffer.byteLength(path) <= 100) return { name: path, prefix: '' };
  for (let cut = path.indexOf('/'); cut !== -1; cut = path.indexOf('/', cut + 1)) {
    const prefix = path.slice(0, cut);
    const name = path.slice(cut + 1);
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100) return { name, prefix };
  }
  throw new LabError('input/invalid', `The path is too long for an archive: ${path}`, { field: 'path' });
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** Octal text, or for large files a number of 8 bytes behind 0x80 (GNU). */
function readSize(field: Buffer): number {
  if ((field[0] ?? 0) & 0x80) return Number(field.readBigUInt64BE(4));
  return Number.parseInt(field.toString('latin1').replace(/[\0 ]/g, ''), 8) || 0;
}
