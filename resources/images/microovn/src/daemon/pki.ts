import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CERTIFICATE_NAMES, type CertificateName, type Certificates, type Service } from '../api.ts';
import { writeWhole } from './flat-yaml.ts';
import { Refusal } from './refusal.ts';
import { expiry, isIssuedBy, issueCertificate, type KeyPair } from './x509.ts';

const CA_DAYS = 3650;
const SERVICE_DAYS = 730;
const DAY = 86_400_000;

/** A new authority for the OVN certificates (contract 3.7). */
export function newAuthority(): KeyPair {
  return issueCertificate({
    subject: [
      ['O', 'MicroOVN'],
      ['OU', 'MicroOVN CA'],
      ['CN', 'MicroOVN CA'],
    ],
    days: CA_DAYS,
    isCa: true,
  });
}

/** Which certificates a member has that runs those services, in the order of {@link CERTIFICATE_NAMES}. */
export function certificatesFor(services: readonly Service[]): readonly CertificateName[] {
  return CERTIFICATE_NAMES.filter((name) => {
    if (name === 'client') return true;
    return services.includes(name === 'ovn-controller' ? 'chassis' : 'central');
  });
}

/** The certificates of this member's OVN daemons in `data/pki`. The daemons read a changed file again by themselves. */
export class Pki {
  constructor(
    private readonly folder: string,
    private readonly member: string,
  ) {}

  get caPath(): string {
    return join(this.folder, 'cacert.pem');
  }

  certificatePath(name: CertificateName): string {
    return join(this.folder, `${name}-cert.pem`);
  }

  keyPath(name: CertificateName): string {
    return join(this.folder, `${name}-privkey.pem`);
  }

  /** Options of any OVN or OVS program that is to use a certificate. */
  options(name: CertificateName): readonly string[] {
    return [
      `--private-key=${this.keyPath(name)}`,
      `--certificate=${this.certificatePath(name)}`,
      `--ca-cert=${this.caPath}`,
    ];
  }

  /** Writes certificates and keys anew, and the authority's certificate. */
  issue(names: readonly CertificateName[], authority: KeyPair): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    writeWhole(this.caPath, authority.certificate);
    for (const name of names) {
      const pair = issueCertificate({
        subject: [
          ['O', 'MicroOVN'],
          ['OU', name],
          ['CN', this.member],
        ],
        days: SERVICE_DAYS,
        issuer: authority,
      });
      writeWhole(this.keyPath(name), pair.key);
      writeWhole(this.certificatePath(name), pair.certificate);
    }
  }

  /** Those of the certificates that are missing, signed by another authority, or end within `days`. */
  stale(names: readonly CertificateName[], authority: string, days: number): readonly CertificateName[] {
    return names.filter((name) => {
      if (!existsSync(this.certificatePath(name)) || !existsSync(this.keyPath(name))) return true;
      const certificate = readFileSync(this.certificatePath(name), 'utf8');
      return !isIssuedBy(certificate, authority) || endsWithin(certificate, days);
    });
  }

  /** Whether `cacert.pem` is that authority. */
  trusts(authority: string): boolean {
    return existsSync(this.caPath) && readFileSync(this.caPath, 'utf8') === authority;
  }

  remove(names: readonly CertificateName[]): void {
    for (const name of names) {
      rmSync(this.certificatePath(name), { force: true });
      rmSync(this.keyPath(name), { force: true });
    }
  }

  /**
   * @param enabled names of the certificates this member has
   * @throws Refusal 500 when the authority's certificate is missing
   */
  list(enabled: readonly CertificateName[], autoRenew: boolean): Certificates {
    if (!existsSync(this.caPath)) throw new Refusal(500, `open ${this.caPath}: no such file or directory`);
    const file = (path: string) => ({ path, present: existsSync(path) });
    const entry = (name: CertificateName) =>
      enabled.includes(name)
        ? {
            cert: file(this.certificatePath(name)),
            key: file(this.keyPath(name)),
            expires: expiryOf(this.certificatePath(name)),
          }
        : null;
    return {
      ca: { cert: file(this.caPath), autoRenew, expires: expiryOf(this.caPath) },
      services: {
        ovnnb: entry('ovnnb'),
        ovnsb: entry('ovnsb'),
        'ovn-northd': entry('ovn-northd'),
        'ovn-controller': entry('ovn-controller'),
        client: entry('client'),
      },
    };
  }
}

function expiryOf(path: string): number | null {
  try {
    return expiry(readFileSync(path, 'utf8')).getTime();
  } catch {
    return null;
  }
}

/** Whether a certificate is over or will be within so many days. */
export function endsWithin(certificate: string, days: number): boolean {
  return expiry(certificate).getTime() < Date.now() + days * DAY;
}
