/** Writes and reads the little of DER (ITU-T X.690) that X.509 certificates need. */

export const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
  /** Context-specific and constructed: `[n] EXPLICIT`. */
  explicit: (n: number) => 0xa0 + n,
  /** Context-specific and primitive: `[n] IMPLICIT` of a string. */
  implicit: (n: number) => 0x80 + n,
} as const;

/** One element: tag, definite length, contents. */
export function der(type: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([type]), lengthOf(body.length), body]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 + bytes.length, ...bytes]);
}

export function sequence(...contents: readonly Uint8Array[]): Buffer {
  return der(tag.sequence, ...contents);
}

/** @param dotted e.g. `2.5.4.3` */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc % 128];
    for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128)) groups.unshift((high % 128) + 128);
    bytes.push(...groups);
  }
  return der(tag.oid, Buffer.from(bytes));
}

/** @param magnitude unsigned, big-endian, of any number of leading zeros: DER wants the fewest bytes, and OpenSSL reads no others */
export function unsigned(magnitude: Uint8Array): Buffer {
  const first = magnitude.findIndex((byte) => byte !== 0);
  const significant = first === -1 ? Buffer.alloc(0) : magnitude.subarray(first);
  // The first bit is the sign.
  const isPadded = (significant[0] ?? 0x80) >= 0x80;
  return der(tag.integer, Buffer.alloc(isPadded ? 1 : 0), significant);
}

/** @param unused bits of the last byte that do not count */
export function bitString(bytes: Uint8Array, unused = 0): Buffer {
  return der(tag.bitString, Buffer.from([unused]), bytes);
}

/** RFC 5280 section 4.1.2.5: UTCTime up to 2049, GeneralizedTime after. */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-:T]|\.\d+/g, '');
  return at.getUTCFullYear() < 2050
    ? der(tag.utcTime, Buffer.from(digits.slice(2)))
    : der(tag.generalizedTime, Buffer.from(digits));
}

export interface Element {
  readonly tag: number;
  readonly contents: Buffer;
  /** The element with its tag and length. */
  readonly whole: Buffer;
}

/**
 * Splits contents into the elements they are made of.
 * @throws RangeError when an element is longer than what there is
 */
export function elementsOf(contents: Buffer): readonly Element[] {
  const found: Element[] = [];
  for (let at = 0; at < contents.length;) {
    const short = contents.readUInt8(at + 1);
    const lengthBytes = short < 0x80 ? 0 : short - 0x80;
    const length = lengthBytes === 0 ? short : contents.readUIntBE(at + 2, lengthBytes);
    const start = at + 2 + lengthBytes;
    if (start + length > contents.length) throw new RangeError('DER element is cut short');
    found.push({
      tag: contents.readUInt8(at),
      contents: contents.subarray(start, start + length),
      whole: contents.subarray(at, start + length),
    });
    at = start + length;
  }
  return found;
}
