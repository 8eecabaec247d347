import { LabError } from '../../../shared/errors.ts';
import type { Fact, MemberView, Observed } from '../../../shared/lab.ts';
import type { RaftNode } from './raft-node.ts';
import { textOf, type Row } from './sql-results.ts';

/** A member as `GET /1.0/cluster/members?recursion=1` tells it (LXD 5.0, Incus 6). */
export interface ClusterMember {
  readonly name: string;
  /** E.g. `172.28.31.12:8443`. */
  readonly address: string;
  /** E.g. `database-leader`, `database`, `database-standby`; none for a spare. */
  readonly roles: readonly string[];
  readonly status: string;
  readonly message: string;
  readonly failureDomain: string;
  readonly groups: readonly string[];
  readonly architecture: string;
}

/** Role of the database a member has by LXD's own list; `database-voter` is what newer versions say for `database`. */
const databaseRoles = [
  ['database-leader', 'leader'],
  ['database', 'voter'],
  ['database-voter', 'voter'],
  ['database-standby', 'stand-by'],
] as const;

/** Members of an answer's metadata. @throws LabError 'source/unreadable' */
export function readClusterMembers(metadata: unknown): readonly ClusterMember[] {
  if (!Array.isArray(metadata))
    throw new LabError('source/unreadable', 'The list of members has another form.', {
      detail: JSON.stringify(metadata),
    });
  return metadata.map((value: unknown) => {
    const member = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
    const word = (key: string) => (typeof member[key] === 'string' ? member[key] : '');
    const words = (key: string) => (Array.isArray(member[key]) ? member[key].map(String) : []);
    return {
      name: word('server_name'),
      address: word('url').replace(/^https:\/\//, ''),
      roles: words('roles'),
      status: word('status'),
      message: word('message'),
      failureDomain: word('failure_domain'),
      groups: words('groups'),
      architecture: word('architecture'),
    };
  });
}

/** What is joined to a member of the list. */
export interface MemberSources {
  readonly observed: Observed;
  /** Servers of the database by the most credible node. */
  readonly raft: readonly RaftNode[];
  /** Rows of the table `nodes`. */
  readonly rows: readonly Row[];
}

/** A member in LXD's words; `role` is that of the database in the words of `lxd cluster show`, for the list itself has none for a spare. */
export function memberView(member: ClusterMember, { observed, raft, rows }: MemberSources): MemberView {
  const server = raft.find(({ address }) => address === member.address);
  const row = rows.find((one) => textOf(one, 'name') === member.name);
  const own = member.roles.filter((role) => !databaseRoles.some(([word]) => word === role));
  const facts: Fact[] = [
    { label: 'Roles', value: member.roles.join(', ') },
    { label: 'Raft ID', value: server?.id ?? '' },
    { label: 'Failure domain', value: member.failureDomain },
    { label: 'Groups', value: member.groups.join(', ') },
    { label: 'Architecture', value: member.architecture },
    { label: 'Schema', value: row === undefined ? '' : textOf(row, 'schema') },
    { label: 'API extensions', value: row === undefined ? '' : textOf(row, 'api_extensions') },
  ];
  return {
    ...observed,
    name: member.name,
    address: member.address,
    role: databaseRole(member.roles) ?? server?.role ?? (own.length === member.roles.length ? 'spare' : ''),
    status: member.status,
    message: member.message,
    facts: facts.filter(({ value }) => value !== ''),
  };
}

/** E.g. `leader` of `["database-leader", "database"]`; null where the list names no role of the database. */
function databaseRole(roles: readonly string[]): string | null {
  return databaseRoles.find(([word]) => roles.includes(word))?.[1] ?? null;
}
