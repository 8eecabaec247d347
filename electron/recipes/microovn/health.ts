import type { LabView } from '../../../shared/lab.ts';
import type { Step } from '../../flows/step.ts';
import type { OvnPlace } from '../ovn-info.ts';
import { unmetMembership, unmetStatus } from '../database-health.ts';
import { unmetChassis, unmetPorts, unmetReplicas } from '../ovn-health.ts';
import { on } from './commands.ts';

/** Waits until all are members with their final role, every database has its replicas and a leader, and all chassis are there. */
export function healthStep(places: readonly OvnPlace[], demo: boolean): Step {
  const nodes = places.map(({ node }) => node);
  return {
    kind: 'wait',
    id: 'health',
    title: 'Wait until every member has its role and every database its replicas',
    timeout: 90_000,
    unmet: (view) =>
      unmetMembers(view, nodes) ??
      unmetReplicas(view, 'cluster', withRole(view, 'voter')) ??
      unmetCentral(view, nodes) ??
      unmetChassis(view, nodes) ??
      (demo ? unmetPorts(view, nodes) : null),
    script: nodes.flatMap((node) => [
      on(node, 'microovn', 'waitready', '--timeout', '60'),
      on(node, 'microovn.ovn-sbctl', '--timeout=60', 'wait-until', 'chassis', node),
    ]),
  };
}

/**
 * Null when exactly these nodes are members and their roles are final: three voters where there are three members, then three
 * stand-bys, then spares; with one or two members one voter. All must be ONLINE by the product's own word.
 */
export function unmetMembers(view: LabView, nodes: readonly string[]): string | null {
  const membership = unmetMembership(view, nodes);
  if (membership !== null) return membership;
  const pending = view.members.filter(({ role }) => role === 'PENDING').map(({ name }) => name);
  if (pending.length > 0) return `PENDING: ${pending.join(', ')}`;
  const voters = nodes.length >= 3 ? 3 : 1;
  const standbys = Math.min(Math.max(nodes.length - 3, 0), 3);
  const has = { voter: withRole(view, 'voter').length, 'stand-by': withRole(view, 'stand-by').length };
  if (has.voter !== voters) return `${has.voter} of ${voters} voters`;
  if (has['stand-by'] !== standbys) return `${has['stand-by']} of ${standbys} stand-bys`;
  return unmetStatus(view, 'ONLINE');
}

function withRole(view: LabView, role: string): readonly string[] {
  return view.members.filter((member) => member.role === role).map(({ name }) => name);
}

/** OVN's databases live on the members with the service `central`: on three of them where there are as many. */
function unmetCentral(view: LabView, nodes: readonly string[]): string | null {
  const central = view.nodes.filter(({ services }) => services.includes('central')).map(({ name }) => name);
  const wanted = Math.min(nodes.length, 3);
  if (central.length < Math.min(wanted, 1)) return 'no member has the service central yet';
  return unmetReplicas(view, 'nb', central) ?? unmetReplicas(view, 'sb', central);
}
