import { LabError } from '../../../shared/errors.ts';

/** What `ovn-appctl -t … cluster/status DATABASE` prints; a field the software left out is null. */
export interface ClusterStatus {
  /** Short ids, as printed on the first line and in brackets, e.g. `a8c0`. */
  readonly serverId: string;
  readonly clusterId: string | null;
  /** E.g. `tcp:172.28.31.12:6643`. */
  readonly address: string | null;
  /** E.g. `cluster member`, `joining cluster`, `disconnected from the cluster (election timeout)`. */
  readonly status: string | null;
  /** `leader`, `follower`, `candidate`. */
  readonly role: string | null;
  readonly term: number | null;
  /** Short id, `self` or `unknown`, as printed. */
  readonly leader: string | null;
  readonly vote: string | null;
  /** Milliseconds. */
  readonly electionTimer: number | null;
  /** As printed: `[2, 1403]`. The second number is one past the last entry. */
  readonly log: string | null;
  readonly notCommitted: number | null;
  /** Tokens: `->03a5` outgoing, `<-03a5` incoming, in parentheses while broken; `->0000` is a peer not yet identified. */
  readonly connections: readonly string[];
  readonly servers: readonly { readonly id: string; readonly address: string }[];
}

const serverLine = /^ {4}([0-9a-f]{4}) \([0-9a-f]{4} at ([^)]+)\)/;

/**
 * Reads the answer of `cluster/status`. The set of lines differs between releases and roles (a leader of OVS 3.5 has no `Last Election
 * started`), so that only the first line and `Role:` are asked for.
 * @throws LabError 'source/unreadable' when these are missing
 * @see https://github.com/openvswitch/ovs/blob/main/ovsdb/raft.c raft_unixctl_status
 */
export function readClusterStatus(text: string): ClusterStatus {
  const lines = text.split('\n');
  const fields = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(': ');
    if (colon > 0 && !line.startsWith(' ')) fields.set(line.slice(0, colon), line.slice(colon + 2).trim());
  }
  const serverId = lines[0]?.trim() ?? '';
  if (!/^[0-9a-f]{4}$/.test(serverId) || !fields.has('Role'))
    throw new LabError('source/unreadable', 'cluster/status printed what is not known', {
      detail: text.slice(0, 4000),
    });
  const field = (name: string) => fields.get(name) ?? null;
  const count = (name: string) => {
    const value = Number.parseInt(fields.get(name) ?? '', 10);
    return Number.isNaN(value) ? null : value;
  };
  return {
    serverId,
    clusterId: field('Cluster ID')?.split(' ')[0] ?? null,
    address: field('Address'),
    status: field('Status'),
    role: field('Role'),
    term: count('Term'),
    leader: field('Leader'),
    vote: field('Vote'),
    electionTimer: count('Election timer'),
    log: field('Log'),
    notCommitted: count('Entries not yet committed'),
    connections: (field('Connections') ?? '').split(' ').filter((token) => token !== ''),
    servers: lines.flatMap((line) => {
      const match = serverLine.exec(line);
      return match === null ? [] : [{ id: match[1] ?? '', address: match[2] ?? '' }];
    }),
  };
}
