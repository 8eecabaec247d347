import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { isIPv4 } from 'node:net';
import { bitString, der, elementsOf, oid, sequence, tag, time, unsigned } from './der.ts';

/** Distinguished name, in the order it is written, e.g. `[['O', 'MicroOVN'], ['CN', 'node-1']]`. */
export type Name = readonly (readonly ['O' | 'OU' | 'CN', string])[];

/** A certificate with its key, both PEM; the key is PKCS#8. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateRequest {
  readonly subject: Name;
  readonly days: number;
  /** CA: may sign certificates. Otherwise for both ends of TLS: every OVN daemon listens and connects. */
  readonly isCa?: boolean;
  /** DNS names and IP addresses of the subject alternative name; none: no such extension. */
  readonly alternativeNames?: readonly string[];
  /** Who signs; absent: self-signed. */
  readonly issuer?: KeyPair;
  /** Start of validity, now when absent. */
  readonly from?: Date;
}

const attribute = { O: '2.5.4.10', OU: '2.5.4.11', CN: '2.5.4.3' } as const;

/**
 * A fresh ECDSA P-384 key and its certificate (RFC 5280). `node:crypto` reads certificates and cannot make them; an `openssl`
 * process for each of the seven of a bootstrap took 20 ms, this takes 2 ms.
 * @throws Error when the issuer's key is of a kind OVN's TLS cannot use
 */
export function issueCertificate(request: CertificateRequest): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const subject = encodeName(request.subject);
  const signer = request.issuer === undefined ? privateKey : createPrivateKey(request.issuer.key);
  const issuerName = request.issuer === undefined ? subject : subjectOf(request.issuer.certificate);
  const from = request.from ?? new Date();
  const algorithm = signatureAlgorithm(signer);
  const body = sequence(
    der(tag.explicit(0), unsigned(Buffer.from([2]))),
    unsigned(randomBytes(16)),
    algorithm.identifier,
    issuerName,
    sequence(time(from), time(new Date(from.getTime() + request.days * 86_400_000))),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(tag.explicit(3), sequence(...extensions(request))),
  );
  const whole = sequence(body, algorithm.identifier, bitString(sign(algorithm.digest, body, signer)));
  return { certificate: pem(whole), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function encodeName(name: Name): Buffer {
  return sequence(
    ...name.map(([kind, value]) =>
      der(tag.set, sequence(oid(attribute[kind]), der(tag.utf8, Buffer.from(value, 'utf8')))),
    ),
  );
}

function extensions(request: CertificateRequest): readonly Buffer[] {
  const critical = der(tag.boolean, Buffer.from([0xff]));
  const make = (id: string, value: Buffer, isCritical: boolean) =>
    sequence(oid(id), ...(isCritical ? [critical] : []), der(tag.octetString, value));
  const names = request.alternativeNames ?? [];
  const alternative = names.length === 0 ? [] : [make('2.5.29.17', sequence(...names.map(generalName)), false)];
  if (request.isCa === true) {
    return [
      make('2.5.29.19', sequence(der(tag.boolean, Buffer.from([0xff]))), true),
      // digitalSignature, keyCertSign, cRLSign
      make('2.5.29.15', bitString(Buffer.from([0x86]), 1), true),
      ...alternative,
    ];
  }
  return [
    make('2.5.29.19', sequence(), true),
    make('2.5.29.15', bitString(Buffer.from([0x80]), 7), true),
    make('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2')), false),
    ...alternative,
  ];
}

function generalName(name: string): Buffer {
  if (isIPv4(name)) return der(tag.implicit(7), Buffer.from(name.split('.').map(Number)));
  return der(tag.implicit(2), Buffer.from(name, 'ascii'));
}

function signatureAlgorithm(key: KeyObject): { identifier: Buffer; digest: string | null } {
  switch (key.asymmetricKeyType) {
    case 'ec':
      return { identifier: sequence(oid('1.2.840.10045.4.3.3')), digest: 'sha384' };
    case 'rsa':
      return { identifier: sequence(oid('1.2.840.113549.1.1.12'), der(tag.null)), digest: 'sha384' };
    case 'ed25519':
      return { identifier: sequence(oid('1.3.101.112')), digest: null };
    default:
      throw new Error(`unsupported type of private key: ${String(key.asymmetricKeyType)}`);
  }
}

/** The subject as encoded: an issuer name must equal it byte for byte. */
function subjectOf(certificate: string): Buffer {
  const [outer] = elementsOf(new X509Certificate(certificate).raw);
  const [body] = elementsOf(outer?.contents ?? Buffer.alloc(0));
  const subject = elementsOf(body?.contents ?? Buffer.alloc(0))[5];
  if (subject === undefined) throw new Error('the certificate has no subject');
  return subject.whole;
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** SHA-256 over the certificate, 64 lower-case hex digits. */
export function fingerprint(certificate: string): string {
  return new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase();
}

/**
 * Why a pair cannot serve as a CA, or null when it can.
 * @param pair PEM; the certificate may be followed by others
 */
export function caDefect(pair: KeyPair): string | null {
  try {
    const certificate = new X509Certificate(pair.certificate);
    const key = createPrivateKey(pair.key);
    signatureAlgorithm(key);
    // X509_check_ca(3): false also when keyUsage is there without keyCertSign
    if (!certificate.ca) return 'the certificate is not a CA with the right to sign certificates';
    if (!certificate.checkPrivateKey(key)) return 'the private key does not belong to the certificate';
    if (Date.parse(certificate.validTo) < Date.now()) return 'the certificate has expired';
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** When a certificate ends. */
export function expiry(certificate: string): Date {
  return new Date(new X509Certificate(certificate).validTo);
}

/** Whether a certificate was signed by that CA. */
export function isIssuedBy(certificate: string, ca: string): boolean {
  try {
    return new X509Certificate(certificate).verify(createPublicKey(ca));
  } catch {
    return false;
  }
}

/** DNS names of the subject alternative name. */
export function dnsNames(certificate: X509Certificate): readonly string[] {
  return (certificate.subjectAltName ?? '')
    .split(', ')
    .filter((name) => name.startsWith('DNS:'))
    .map((name) => name.slice(4));
}
