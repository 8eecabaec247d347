import { createHash, randomBytes } from 'node:crypto';
import { Refusal } from './refusal.ts';

/** What a join token says (contract section 2): base64 of compact JSON with the keys in this order. */
export interface JoinToken {
  /** 64 hex digits. */
  readonly secret: string;
  /** SHA-256 of the cluster certificate, hex. */
  readonly fingerprint: string;
  /** `ip:port` of every member when the token was made. */
  readonly join_addresses: readonly string[];
}

/** 32 random bytes as hex. */
export function newSecret(): string {
  return randomBytes(32).toString('hex');
}

/** What the database keeps of a secret, so that reading the database does not let anybody join. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export function encodeToken(token: JoinToken): string {
  const { secret, fingerprint, join_addresses } = token;
  return Buffer.from(JSON.stringify({ secret, fingerprint, join_addresses })).toString('base64');
}

/**
 * @throws Refusal 400 in the words of Go's base64 and JSON decoders, which MicroOVN shows, for what those refuse; in words of
 *   our own for JSON that is no token
 */
export function decodeToken(text: string): JoinToken {
  const bad = base64Defect(text);
  if (bad !== null) throw new Refusal(400, `illegal base64 data at input byte ${bad}`);
  const json = Buffer.from(text, 'base64').toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Refusal(400, jsonDefect(json));
  }
  if (!isToken(value)) throw new Refusal(400, 'The join token lacks a secret, a fingerprint or join addresses');
  return value;
}

function isToken(value: unknown): value is JoinToken {
  if (typeof value !== 'object' || value === null) return false;
  const { secret, fingerprint, join_addresses: addresses } = value as Partial<Record<keyof JoinToken, unknown>>;
  if (typeof secret !== 'string' || typeof fingerprint !== 'string' || !Array.isArray(addresses)) return false;
  return addresses.length > 0 && addresses.every((address) => typeof address === 'string');
}

/**
 * What Go's `CorruptInputError` counts in standard, padded base64, `null` where nothing is wrong: the offset of a byte that must not be
 * there, of the first byte of four that are not complete, the length where a second `=` is missing. Line ends are passed over.
 * @see https://github.com/golang/go/blob/master/src/encoding/base64/base64.go decodeQuantum
 */
function base64Defect(text: string): number | null {
  const bytes = [...Buffer.from(text)].map((code, at) => ({ char: String.fromCharCode(code), at }));
  const shown = bytes.filter(({ char }) => char !== '\n' && char !== '\r');
  const wrong = shown.findIndex(({ char }) => !/[A-Za-z0-9+/]/.test(char));
  const isPadding = (index: number) => shown[index]?.char === '=';
  const digits = wrong === -1 ? shown.length : wrong;
  const filled = digits % 4;
  if (wrong === -1) return filled === 0 ? null : bytes.length - filled;
  const at = (index: number) => shown[index]?.at ?? bytes.length;
  if (!isPadding(wrong) || filled < 2) return at(wrong);
  const end = wrong + (filled === 2 ? 2 : 1);
  if (filled === 2 && shown.length === wrong + 1) return bytes.length;
  if (filled === 2 && !isPadding(wrong + 1)) return at(wrong + 1) - 1;
  return end < shown.length ? at(end) : null;
}

/** Go's words for the common two cases: what cannot begin a value, and text that ends too early. */
function jsonDefect(json: string): string {
  const first = json.trimStart()[0];
  if (first === undefined) return 'unexpected end of JSON input';
  if (!/[{["\-0-9tfn]/.test(first)) return `invalid character '${first}' looking for beginning of value`;
  return 'unexpected end of JSON input';
}
