import type { LabView, MemberView } from '../../shared/lab.ts';

/** Whether a product's word for a member means that it is as it should be: MicroOVN prints `ONLINE`, LXD and Incus `Online`. */
export function isOnline(status: string | null | undefined): boolean {
  return status?.toUpperCase() === 'ONLINE';
}

/** As products that have it call it: where a member stands, so that copies are kept apart. */
export const domainLabel = 'Failure domain';

/** The failure domain of each node by its name; empty where all share one, which is then no news. */
export function domainsOf(members: readonly MemberView[]): ReadonlyMap<string, string> {
  const told = members.flatMap(({ name, facts = [] }) =>
    facts.filter(({ label }) => label === domainLabel).map(({ value }) => [name, value] as const),
  );
  return new Set(told.map(([, value]) => value)).size > 1 ? new Map(told) : new Map();
}

/** What is said of every member alike, and so is to be said once; empty for fewer than two members. */
export function saidOfAll(members: readonly MemberView[]): readonly string[] {
  const [first, ...rest] = members.map(sayings);
  if (first === undefined || rest.length === 0) return [];
  return first.filter((said) => rest.every((other) => other.includes(said)));
}

/**
 * What is told beneath a member in the list of all: what is not said of all, and is not another with each of them, as an id is, which tells
 * them apart and not how they fare.
 */
export function saidOfOne(member: MemberView, members: readonly MemberView[]): readonly string[] {
  const ofAll = saidOfAll(members);
  const isId = (label: string): boolean =>
    members.length > 2 && new Set(members.map((one) => valueOf(one, label))).size === members.length;
  const { facts = [], ...rest } = member;
  return sayings({ ...rest, facts: facts.filter(({ label }) => !isId(label)) }).filter((said) => !ofAll.includes(said));
}

const valueOf = ({ facts = [] }: MemberView, label: string) => facts.find((one) => one.label === label)?.value;

/** A member's sentence on its status, then its facts with their names. */
export function sayings({ message, facts = [] }: MemberView): readonly string[] {
  return [
    ...(message === undefined || message === '' ? [] : [message]),
    ...facts.map(({ label, value }) => `${label} ${value}`),
  ];
}

/** True where the product knows members and none is one yet: fresh nodes, to be formed by hand. */
export function isUnformed(view: LabView): boolean {
  const replicas = view.databases.flatMap((database) => database.replicas);
  return (
    view.runId === null &&
    replicas.some(({ answers }) => answers) &&
    replicas.every(({ answers, kind }) => !answers || kind === 'none')
  );
}
