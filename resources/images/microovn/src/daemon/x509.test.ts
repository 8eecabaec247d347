import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { caDefect, dnsNames, expiry, fingerprint, isIssuedBy, issueCertificate } from './x509.ts';

const folder = mkdtempSync(join(tmpdir(), 'x509-'));
afterAll(() => rmSync(folder, { recursive: true }));

function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', cwd: folder });
}

const ca = issueCertificate({
  subject: [
    ['O', 'MicroOVN'],
    ['OU', 'MicroOVN CA'],
    ['CN', 'MicroOVN CA'],
  ],
  days: 3650,
  isCa: true,
});

test('openssl reads a CA and a certificate it signed as what was asked for', () => {
  const leaf = issueCertificate({
    subject: [
      ['O', 'MicroOVN'],
      ['OU', 'ovnnb'],
      ['CN', 'node-1'],
    ],
    days: 730,
    issuer: ca,
  });
  writeFileSync(join(folder, 'ca.pem'), ca.certificate);
  writeFileSync(join(folder, 'leaf.pem'), leaf.certificate);
  expect(openssl('verify', '-purpose', 'sslclient', '-CAfile', 'ca.pem', 'leaf.pem')).toBe('leaf.pem: OK\n');
  expect(openssl('verify', '-purpose', 'sslserver', '-CAfile', 'ca.pem', 'leaf.pem')).toBe('leaf.pem: OK\n');
  const text = openssl('x509', '-noout', '-text', '-in', 'leaf.pem');
  expect(text).toMatch(/Issuer: O ?= ?MicroOVN, OU ?= ?MicroOVN CA, CN ?= ?MicroOVN CA/);
  expect(text).toMatch(/Subject: O ?= ?MicroOVN, OU ?= ?ovnnb, CN ?= ?node-1/);
  expect(text).toContain('NIST CURVE: P-384');
  expect(text).toContain('TLS Web Server Authentication, TLS Web Client Authentication');
  expect(text).not.toContain('Subject Alternative Name');
  expect(Math.round((expiry(leaf.certificate).getTime() - Date.now()) / 86_400_000)).toBe(730);
});

test('names of a certificate and its fingerprint are those openssl prints', () => {
  const server = issueCertificate({
    subject: [['CN', 'node-1']],
    days: 60_000,
    alternativeNames: ['node-1', '172.28.31.11'],
  });
  writeFileSync(join(folder, 'server.pem'), server.certificate);
  const read = new X509Certificate(server.certificate);
  expect(dnsNames(read)).toEqual(['node-1']);
  expect(read.subjectAltName).toBe('DNS:node-1, IP Address:172.28.31.11');
  expect(expiry(server.certificate).getUTCFullYear()).toBeGreaterThan(2100);
  const printed = openssl('x509', '-noout', '-fingerprint', '-sha256', '-in', 'server.pem');
  expect(printed.trim().split('=')[1]?.replaceAll(':', '').toLowerCase()).toBe(fingerprint(server.certificate));
});

test.each(['rsa:2048', 'ed25519'])("signs with a user's CA of type %s", (type) => {
  openssl(
    ...['req', '-x509', '-newkey', type, '-nodes', '-subj', '/C=FR/O=Users/CN=their CA', '-days', '30'].concat([
      '-keyout',
      'user.key',
      '-out',
      'user.pem',
    ]),
  );
  const user = {
    certificate: openssl('x509', '-in', 'user.pem'),
    key: openssl('pkey', '-in', 'user.key'),
  };
  const leaf = issueCertificate({ subject: [['CN', 'n']], days: 10, issuer: user });
  writeFileSync(join(folder, 'by-user.pem'), leaf.certificate);
  expect(openssl('verify', '-CAfile', 'user.pem', 'by-user.pem')).toBe('by-user.pem: OK\n');
  expect(isIssuedBy(leaf.certificate, user.certificate)).toBe(true);
  expect(isIssuedBy(leaf.certificate, ca.certificate)).toBe(false);
});

test('says why a pair cannot be a CA', () => {
  const leaf = issueCertificate({ subject: [['CN', 'n']], days: 10, issuer: ca });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  expect(caDefect(ca)).toBeNull();
  expect(caDefect(leaf)).toMatch(/not a CA/);
  expect(
    caDefect({ certificate: ca.certificate, key: other.export({ type: 'pkcs8', format: 'pem' }).toString() }),
  ).toMatch(/does not belong/);
  expect(caDefect({ certificate: 'nothing', key: ca.key })).not.toBeNull();
});
