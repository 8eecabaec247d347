import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { certificatesFor, newAuthority, Pki } from './pki.ts';
import { issueCertificate } from './x509.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'pki-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('a member has the certificates of the services it runs', () => {
  expect(certificatesFor(['switch', 'chassis'])).toEqual(['ovn-controller', 'client']);
  expect(certificatesFor(['central'])).toEqual(['ovnnb', 'ovnsb', 'ovn-northd', 'client']);
});

test('lists what was issued, with files only root reads; what is not enabled is null', () => {
  const pki = new Pki(folder, 'node-1');
  pki.issue(['client'], newAuthority());
  const list = pki.list(['client', 'ovn-controller'], true);
  expect(list.ca).toMatchObject({ autoRenew: true, cert: { path: join(folder, 'cacert.pem'), present: true } });
  expect(list.services.client?.key).toEqual({ path: join(folder, 'client-privkey.pem'), present: true });
  expect(list.services['ovn-controller']).toMatchObject({ cert: { present: false }, expires: null });
  expect(list.services.ovnnb).toBeNull();
  expect(statSync(join(folder, 'client-privkey.pem')).mode & 0o777).toBe(0o600);
});

test('stale is what is missing, of another authority, or ends soon', () => {
  const pki = new Pki(folder, 'node-1');
  const [old, fresh] = [newAuthority(), newAuthority()];
  pki.issue(['client', 'ovnnb', 'ovnsb'], old);
  expect(pki.stale(['client', 'ovn-northd'], old.certificate, 10)).toEqual(['ovn-northd']);
  pki.issue(['client'], fresh);
  expect(pki.stale(['client', 'ovnnb'], fresh.certificate, 10)).toEqual(['ovnnb']);
  const ending = issueCertificate({ subject: [['CN', 'node-1']], days: 9, issuer: fresh });
  writeFileSync(join(folder, 'client-cert.pem'), ending.certificate);
  expect(pki.stale(['client'], fresh.certificate, 10)).toEqual(['client']);
  expect(pki.stale(['client'], fresh.certificate, 8)).toEqual([]);
  expect(pki.trusts(fresh.certificate)).toBe(true);
  expect(readFileSync(pki.caPath, 'utf8')).not.toBe(old.certificate);
});

test('without the authority there is no list', () => {
  expect(() => new Pki(folder, 'n').list(['client'], true)).toThrow(
    `open ${join(folder, 'cacert.pem')}: no such file or directory`,
  );
});
