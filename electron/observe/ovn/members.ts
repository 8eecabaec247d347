import type { MemberView, Observed } from '../../../shared/lab.ts';
import { elements, text, type Tables } from '../../../shared/ovsdb/rows.ts';
import type { TableRequests } from './monitors.ts';

/** What is followed of the cluster database of our MicroOVN (resources/images/microovn/microovn.ovsschema). */
export const memberTables: TableRequests = {
  Member: { columns: ['name', 'address', 'role', 'services'], sets: ['services'] },
};

/** A member, and the services the product lists for it. */
export interface Member {
  readonly member: MemberView;
  readonly services: readonly string[];
}

/**
 * Members in the product's own words, by name.
 * @param statusOf what a daemon found by asking all, see `member-status.ts`
 */
export function readMembers(
  tables: Tables,
  observed: Observed,
  statusOf: (member: string) => string | null,
): readonly Member[] {
  return [...tables.table('Member').values()]
    .map((row) => ({
      member: {
        ...observed,
        name: text(row['name']),
        address: text(row['address']),
        role: text(row['role']),
        status: statusOf(text(row['name'])),
      },
      services: elements(row['services']).map(String).toSorted(),
    }))
    .toSorted((a, b) => a.member.name.localeCompare(b.member.name, 'en', { numeric: true }));
}
