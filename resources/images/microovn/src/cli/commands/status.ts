import type { Certificates, ExpectedSchema, MemberServices, OvnDatabase } from '../../api.ts';
import type { Command, Invocation } from '../command.ts';
import { CommandError, prefixed } from '../command-error.ts';
import { withoutPort } from '../host-address.ts';
import { certificateTitles } from './certificate-text.ts';

const TITLES = { nb: 'OVN Northbound', sb: 'OVN Southbound' } as const;

/** `microovn status` */
export const status: Command = {
  name: 'status',
  short: 'Show members, their services and the OVN databases',
  run: async ({ daemon, out, now }) => {
    let members: readonly MemberServices[];
    try {
      members = await daemon.call('GET /1.0/services');
    } catch (thrown) {
      throw prefixed(thrown, 'failed listing services: ');
    }
    out(`MicroOVN deployment summary:\n${membersText(members)}OVN Database summary:\n`);
    const parts = [summary(daemon, 'nb'), summary(daemon, 'sb'), expired(daemon, now().getTime())];
    for (const part of parts) out(await part);
  },
};

async function summary(daemon: Invocation['daemon'], database: OvnDatabase): Promise<string> {
  let problem = '';
  const note = (thrown: unknown) => {
    if (!(thrown instanceof CommandError)) throw thrown;
    problem = `Error creating ${TITLES[database]} Database summary: ${thrown.message}\n`;
  };
  const params = { database };
  const [active, expected] = await Promise.all([
    daemon.call('GET /1.0/ovsdb/schema/:database/active', { params }).catch(note),
    daemon.call('GET /1.0/ovsdb/schema/:database/expected/all', { params }).catch(note),
  ]);
  return problem + databaseText(TITLES[database], active?.version ?? '', expected ?? []);
}

async function expired(daemon: Invocation['daemon'], now: number): Promise<string> {
  try {
    return expiredText(await daemon.call('GET /1.0/certificates'), now);
  } catch (thrown) {
    if (!(thrown instanceof CommandError)) throw thrown;
    return `Error checking certificates: ${thrown.message}\n`;
  }
}

/** The members of the summary, two lines each, by name. */
export function membersText(members: readonly MemberServices[]): string {
  return [...members]
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map(({ name, address, services }) => {
      return `- ${name} (${withoutPort(address)})\n  Services: ${[...services].sort().join(', ')}\n`;
    })
    .join('');
}

/** One line when every member expects the active schema version, else the block that asks for attention. */
export function databaseText(title: string, active: string, expected: readonly ExpectedSchema[]): string {
  if (active !== '' && expected.length > 0 && expected.every(({ version }) => version === active)) {
    return `${title}: OK (${active})\n`;
  }
  const report = expected.map(({ member, version, problem }) => {
    if (problem === 'missing-api') return `\t${member}: Missing API. MicroOVN needs upgrade\n`;
    return `\t${member}: ${version ?? 'Error. Failed to contact member'}\n`;
  });
  return (
    `${title}: Upgrade or attention required!\n` +
    `Currently active schema: ${active}\n` +
    `Cluster report (expected schema versions):\n${report.join('')}\n`
  );
}

/** A line for each certificate of this member that is no longer valid. `now` in milliseconds since 1970. */
export function expiredText(certificates: Certificates, now: number): string {
  const ends = [
    { title: 'OVN CA', expires: certificates.ca.expires },
    ...certificateTitles.map(({ name, title }) => ({ title, expires: certificates.services[name]?.expires ?? null })),
  ];
  return ends
    .filter(({ expires }) => expires !== null && expires < now)
    .map(({ title }) => `${title} certificate has expired\n`)
    .join('');
}
