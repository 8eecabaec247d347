import type { DatabaseView, ReplicaKind } from '../../shared/database.ts';
import type { LabEvent } from '../../shared/event.ts';
import type { LabView, Millis } from '../../shared/lab.ts';
import { quorumOf } from '../../shared/quorum.ts';
import type { RunView, StepView } from '../../shared/run.ts';
import { isOnline } from '../lib/member-said.ts';
import { words } from '../lib/words.ts';

/**
 * One stage on a node's way into the cluster. `done`: seen. `now`: the first that is not, while the step runs. `none`: the node joined and
 * holds no copy of this database.
 */
export interface JoinStage {
  readonly id: string;
  readonly title: string;
  readonly state: 'done' | 'now' | 'todo' | 'none';
  /** When it was seen, by the backend's clock; null when it is true now and nobody saw it become so. */
  readonly at: Millis | null;
  /** What it takes to see it, in one sentence. */
  readonly seen: string;
}

interface Stage {
  readonly id: string;
  readonly title: string;
  readonly seen: string;
  /** The first event since the join began that tells of it. */
  readonly event?: (event: LabEvent) => boolean;
  /** Whether the present view shows it, for a page or backend that came later. */
  readonly isSo: boolean;
  readonly at?: Millis | null;
  readonly none?: boolean;
}

/** The node a step makes a member; null for any other step. */
export function joiningNode(step: StepView): string | null {
  return /^join:(.+)$/.exec(step.id)?.[1] ?? null;
}

/**
 * The anatomy of a join: token, trust, member, a stage for each further database, role. Each is ticked by what was observed: the token by its
 * command's end, all else by the lab's record or its present view. Empty for a step that joins nobody, or has not begun.
 */
export function joinStages(
  run: RunView,
  step: StepView,
  view: LabView | null,
  events: readonly LabEvent[],
): readonly JoinStage[] {
  const node = joiningNode(step);
  if (node === null || view === null || step.startedAt === null) return [];
  const tokenStep = run.steps.find(({ id }) => id === `add:${node}`);
  // A product with members keeps them in its first database; one without has nothing but its databases to join.
  const own = tokenStep !== undefined || view.members.length > 0 ? view.databases[0] : undefined;
  const stages = [
    ...(tokenStep === undefined ? [] : [tokenStage(tokenStep, node)]),
    ...(own === undefined ? [] : admission(node, view)),
    ...copies(step, node, view, own),
    ...(own === undefined ? [] : [finalRole(node, view, own)]),
  ];
  const { startedAt } = step;
  const told = events.filter(({ timestamp }) => Date.parse(timestamp) >= startedAt);
  const read = stages.map((stage) => {
    const event = stage.event === undefined ? undefined : told.find(stage.event);
    const at = event === undefined ? (stage.at ?? null) : Date.parse(event.timestamp);
    return { stage, at, done: event !== undefined || stage.isSo };
  });
  const next = step.state === 'running' ? read.find(({ done }) => !done) : undefined;
  return read.map((one): JoinStage => {
    const { id, title, seen, none } = one.stage;
    const state = one.done ? 'done' : none === true ? 'none' : one === next ? 'now' : 'todo';
    return { id, title, seen, state, at: one.done ? one.at : null };
  });
}

function tokenStage(step: StepView, node: string): Stage {
  return { id: 'token', ...words.run.join.token(node), isSo: step.state === 'done', at: step.endedAt };
}

/** What the product says once it let a node in. */
function admission(node: string, view: LabView): readonly Stage[] {
  const member = view.members.find(({ name }) => name === node);
  const own = ({ type, actor_id: name }: LabEvent) => type === 'member' && name === node;
  const { trust, member: listed } = words.run.join;
  return [
    {
      id: 'trust',
      ...trust(node),
      event: (event) => own(event) && event.action === 'added',
      isSo: member !== undefined,
    },
    {
      id: 'member',
      ...listed(node),
      event: (event) => own(event) && event.action === 'status' && isOnline(event.attributes['is']),
      isSo: isOnline(member?.status),
    },
  ];
}

/** The node's copies of the replicated databases other than the product's own, whose part in it the role tells. */
function copies(step: StepView, node: string, view: LabView, own: DatabaseView | undefined): readonly Stage[] {
  return view.databases
    .filter(({ id }) => id !== own?.id)
    .map((database) => ({
      id: database.id,
      title: database.short,
      seen: words.run.join.copy(database.title, node),
      event: ({ action, attributes }: LabEvent) =>
        action === 'replica-added' && attributes['database'] === database.id && attributes['node'] === node,
      isSo: quorumOf(database).members.includes(node),
      none: step.state === 'done' && database.replicas.some((one) => one.node === node && one.kind === 'none'),
    }));
}

/** What a copy of the product's own database is, in the words members have; a product may print more in its list. */
const roles: Partial<Record<ReplicaKind, string>> = {
  leader: 'voter',
  voter: 'voter',
  standby: 'stand-by',
  spare: 'spare',
};
const noRole = 'PENDING';

function roleOn(node: string, view: LabView, own: DatabaseView): string {
  const listed = view.members.find(({ name }) => name === node)?.role ?? noRole;
  if ([noRole, ...Object.values(roles)].includes(listed)) return listed;
  const replica = own.replicas.find((one) => one.node === node);
  return roles[replica?.kind ?? 'none'] ?? noRole;
}

/** The first three members vote; of any other the role is known when it is told. */
function finalRole(node: string, view: LabView, own: DatabaseView): Stage {
  const role = roleOn(node, view, own);
  const others = view.members.filter(({ name }) => name !== node && roleOn(name, view, own) === 'voter').length;
  const votes = view.nodes.length >= 3 && others < 3;
  const wanted = votes ? 'voter' : role;
  return {
    id: 'role',
    title: wanted === noRole ? words.run.join.role : wanted,
    seen: words.run.join.roleSeen(node, wanted),
    event: ({ type, action, actor_id: name, attributes }) =>
      type === 'member' && action === 'role' && name === node && wanted !== noRole && attributes['is'] === wanted,
    isSo: role !== noRole && role === wanted,
  };
}
