const escape = 0x1b;
const bell = 0x07;

/**
 * Where the escape sequence or UTF-8 character begins that the end of `bytes` cuts in two; `bytes.length` when it cuts none. A terminal
 * that took `bytes` holds what follows that place in its parser, and a picture of its screen does not show it.
 * Sequences: ECMA-48 section 5.4 (CSI), 5.6 (strings: OSC, DCS, APC, PM, SOS end with ST or BEL).
 */
export function incompleteTail(bytes: Uint8Array): number {
  // Strings may hold any byte, an ESC being the begin of their end; so they are looked for from their last beginning on.
  const last = bytes.lastIndexOf(escape);
  if (last === -1) return incompleteCharacter(bytes);
  const begin = openString(bytes, last);
  if (begin !== null) return begin;
  return isComplete(bytes, last) ? Math.max(incompleteCharacter(bytes), last) : last;
}

/** Begin of a string (`ESC ]` and kin) that is still open at the end, if the last ESC begins it or may begin its end. */
function openString(bytes: Uint8Array, last: number): number | null {
  if (isStringBegin(bytes[last + 1])) return bytes.includes(bell, last) ? null : last;
  if (last + 1 < bytes.length) return null;
  const before = bytes.subarray(0, last).lastIndexOf(escape);
  return before !== -1 && isStringBegin(bytes[before + 1]) && !bytes.includes(bell, before) ? before : null;
}

/** `]` OSC, `P` DCS, `_` APC, `^` PM, `X` SOS. */
function isStringBegin(byte: number | undefined): boolean {
  return byte === 0x5d || byte === 0x50 || byte === 0x5f || byte === 0x5e || byte === 0x58;
}

/** Whether the sequence that begins at `at` has its final byte. */
function isComplete(bytes: Uint8Array, at: number): boolean {
  const isControlSequence = bytes[at + 1] === 0x5b;
  if (isStringBegin(bytes[at + 1])) return true;
  const lowestFinal = isControlSequence ? 0x40 : 0x30;
  for (let next = at + (isControlSequence ? 2 : 1); next < bytes.length; next += 1) {
    const byte = bytes[next] ?? 0;
    if (byte >= lowestFinal && byte <= 0x7e) return true;
  }
  return false;
}

/** Begin of a UTF-8 character that lacks bytes at the end. */
function incompleteCharacter(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
