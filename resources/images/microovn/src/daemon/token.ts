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

/** Offset of the first byte that standard, padded base64 does not allow; Go's `CorruptInputError`. */
function base64Defect(text: string): number | null {
  const match = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(text);
  const good = match?.[0].length ?? 0;
  if (good === text.length) return null;
  const rest = /^[A-Za-z0-9+/]*/.exec(text.slice(good))?.[0].length ?? 0;
  return Math.min(good + rest, text.length);
}

/** Go's words for the common two cases: what cannot begin a value, and text that ends too early. */
function jsonDefect(json: string): string {
  const first = json.trimStart()[0];
  if (first === undefined) return 'unexpected end of JSON input';
  if (!/[{["\-0-9tfn]/.test(first)) return `invalid character '${first}' looking for beginning of value`;
  return 'unexpected end of JSON input';
}
