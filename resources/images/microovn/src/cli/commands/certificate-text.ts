import type { CaResult, CertificateName, Certificates, PkiFile, ReissueResult } from '../../api.ts';
import { goTime, rfc3339 } from '../go-text.ts';
import { naturalOrder } from '../natural-order.ts';

/** The service certificates in the order of the lists, with the titles of their sections. */
export const certificateTitles: readonly { readonly name: CertificateName; readonly title: string }[] = [
  { name: 'ovnnb', title: 'OVN Northbound Database' },
  { name: 'ovnsb', title: 'OVN Southbound Database' },
  { name: 'ovn-northd', title: 'OVN Northd Service' },
  { name: 'ovn-controller', title: 'OVN Chassis Service' },
  { name: 'client', title: 'Client' },
];

/** `certificates list` for people: six sections with a blank line between. */
export function certificatesText({ ca, services }: Certificates): string {
  const sections = certificateTitles.map(({ name, title }) => {
    const service = services[name];
    if (service === null) return `[${title}]\nNot present.\n`;
    return `[${title}]\n${fileLine(service.cert)}${expirationLine(service.expires)}${fileLine(service.key)}`;
  });
  const authority = `[OVN CA]\n${fileLine(ca.cert)}${expirationLine(ca.expires)}Auto-renew: ${String(ca.autoRenew)}\n`;
  return [authority, ...sections].join('\n');
}

function fileLine({ path, present }: PkiFile): string {
  return `${path} (${present ? 'OK: Present' : 'Error: Missing file'})\n`;
}

function expirationLine(expires: number | null): string {
  return `expiration date: ${goTime(expires)}\n`;
}

/** `certificates list -f json`: one object on one line, without a newline at its end. */
export function certificatesJson({ ca, services }: Certificates): string {
  const entries = certificateTitles.map(({ name }) => {
    const service = services[name];
    const entry = service && {
      cert: service.cert.path,
      key: service.key.path,
      expiration_date: rfc3339(service.expires),
    };
    return [name, entry] as const;
  });
  return JSON.stringify({
    ca: { cert: ca.cert.path, auto_renew: ca.autoRenew, expiration_date: rfc3339(ca.expires) },
    ...Object.fromEntries(entries),
  });
}

/** What `certificates reissue` prints. */
export function reissueText({ reissued, failed }: ReissueResult): string {
  const names = (list: readonly string[]) => list.map((name) => `${name}\n`).join('');
  const success = `Local certificates reissued successfully:\n${reissued.length === 0 ? 'None\n' : names(reissued)}`;
  return failed.length === 0 ? success : `${success}\nLocal certificates reissue failed:\n${names(failed)}`;
}

/** What `certificates regenerate-ca` and `set-ca` print. */
export function caText({ issued, hosts, errors }: CaResult): string {
  if (!issued) return 'New CA certificate: Not Issued\n';
  const blocks = [...hosts]
    .sort((left, right) => naturalOrder(left.host, right.host))
    .map(({ host, services }) => {
      const lines = services.map(({ name, success }) => `${name}: ${success ? 'Success' : 'Failed!'}\n`);
      return `[Host ${host}]\n${lines.join('')}`;
    });
  const text = `New CA certificate: Issued\n\nService certificate re-issued for following services:\n${blocks.join('\n')}`;
  const trouble = errors.length > 0 || hosts.some(({ services }) => services.some(({ success }) => !success));
  if (!trouble) return text;
  const list = errors.length === 0 ? '' : `\n[Errors]\n${errors.map((error) => `${error}\n`).join('')}`;
  return `${text}${list}\nOn members that failed, run "microovn certificates reissue all" once their trouble is over.\n`;
}
