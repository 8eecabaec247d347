import type { LabEvent } from '../shared/event.ts';
import type { EntityView, LabView } from '../shared/lab.ts';
import { quorumOf } from '../shared/quorum.ts';

type Draft = Omit<LabEvent, 'timestamp'>;

/**
 * Turns successive views of one observation into events. The first view is the base: it tells who leads, all else is change. What falls
 * silent keeps its last word here, so that an answer after it is compared with what was known.
 */
export class ViewChanges {
  readonly #known = new Map<string, string>();
  #members: ReadonlyMap<string, string> | null = null;
  #voters = new Map<string, ReadonlySet<string>>();
  #kept: ReadonlyMap<string, EntityView> | null = null;

  next(view: LabView): readonly Draft[] {
    return [...this.#databases(view), ...this.#memberList(view), ...this.#entities(view), ...this.#nodes(view)];
  }

  #databases(view: LabView): readonly Draft[] {
    return view.databases.flatMap((database) => {
      const { id, title, replicas } = database;
      const quorum = quorumOf(database);
      const term = quorum.term === null ? {} : { term: String(quorum.term) };
      const draft = (action: string, attributes: Record<string, string>): Draft => ({
        type: 'database',
        action,
        actor_id: id,
        actor_name: title,
        attributes: { database: id, ...term, ...attributes },
      });
      const drafts: Draft[] = [];
      if (quorum.state !== 'unknown') {
        const leader = quorum.leader ?? '';
        const was = this.#swap(`leader ${id}`, leader);
        if (was !== leader && leader !== '') drafts.push(draft('leader', { node: leader, was: was ?? '' }));
        if (was !== undefined && was !== leader && leader === '') drafts.push(draft('no-leader', { was }));
      }
      if (quorum.term !== null) {
        const was = this.#swap(`term ${id}`, String(quorum.term));
        if (was !== undefined && was !== String(quorum.term)) drafts.push(draft('term', { was }));
      }
      for (const replica of replicas) {
        if (!replica.answers || replica.role === null) continue;
        const was = this.#swap(`role ${id} ${replica.node}`, replica.role);
        const own = replica.term === null ? {} : { term: String(replica.term) };
        if (was !== undefined && was !== replica.role)
          drafts.push(draft('role', { node: replica.node, was, is: replica.role, ...own }));
      }
      if (quorum.state !== 'unknown') drafts.push(...this.#servers(id, new Set(quorum.members), draft));
      return drafts;
    });
  }

  #servers(
    id: string,
    members: ReadonlySet<string>,
    draft: (action: string, attributes: Record<string, string>) => Draft,
  ): readonly Draft[] {
    const before = this.#voters.get(id);
    this.#voters.set(id, members);
    if (before === undefined) return [];
    return [
      ...[...members].filter((node) => !before.has(node)).map((node) => draft('replica-added', { node })),
      ...[...before].filter((node) => !members.has(node)).map((node) => draft('replica-removed', { node })),
    ];
  }

  #memberList(view: LabView): readonly Draft[] {
    if (!view.members.some((member) => member.answers)) return [];
    const before = this.#members;
    const roles = new Map(view.members.map((member) => [member.name, member.role]));
    this.#members = roles;
    const draft = (action: string, name: string, attributes: Record<string, string>): Draft => ({
      type: 'member',
      action,
      actor_id: name,
      actor_name: name,
      attributes,
    });
    const statuses = view.members.flatMap((member) => {
      if (member.status === null) return [];
      const was = this.#swap(`status ${member.name}`, member.status);
      return was === undefined || was === member.status
        ? []
        : [draft('status', member.name, { was, is: member.status })];
    });
    if (before === null) return statuses;
    return [
      ...[...roles].flatMap(([name, is]) => {
        const was = before.get(name);
        if (was === undefined) return [draft('added', name, { is })];
        return was === is ? [] : [draft('role', name, { was, is })];
      }),
      ...[...before.keys()].filter((name) => !roles.has(name)).map((name) => draft('removed', name, {})),
      ...statuses,
    ];
  }

  #entities({ entities }: LabView): readonly Draft[] {
    if (entities?.answers !== true) return [];
    const before = this.#kept;
    const kept = new Map(
      entities.entities.map((entity) => {
        const key = `${entity.kind} ${entity.name}`;
        // A state nobody told is no change of it.
        return [key, { ...entity, state: entity.state ?? before?.get(key)?.state ?? null }];
      }),
    );
    this.#kept = kept;
    if (before === null) return [];
    const draft = (action: string, key: string, attributes: Record<string, string>): Draft => ({
      type: 'entity',
      action,
      actor_id: key,
      actor_name: key,
      attributes,
    });
    const change = (action: string, key: string, was: string, is: string) =>
      was === is ? [] : [draft(action, key, { was, is })];
    return [
      ...[...kept].flatMap(([key, entity]) => {
        const was = before.get(key);
        if (was === undefined) return [draft('added', key, { is: entity.state ?? '', on: holders(entity) })];
        return [
          ...change('state', key, was.state ?? '', entity.state ?? ''),
          ...change('on', key, holders(was), holders(entity)),
        ];
      }),
      ...[...before.keys()].filter((key) => !kept.has(key)).map((key) => draft('removed', key, {})),
    ];
  }

  /** Falling silent and answering again; starts and ends come from the engine. */
  #nodes(view: LabView): readonly Draft[] {
    return view.nodes.flatMap((node): readonly Draft[] => {
      if (node.answers.observedAt === null) return [];
      const word = node.answers.answers ? 'answers' : 'silent';
      const was = this.#swap(`node ${node.name}`, word);
      if (was === undefined || was === word) return [];
      return [{ type: 'node', action: word, actor_id: node.id, actor_name: node.name, attributes: {} }];
    });
  }

  #swap(key: string, value: string): string | undefined {
    const before = this.#known.get(key);
    this.#known.set(key, value);
    return before;
  }
}

/** E.g. `node-1, node-2`. */
function holders({ on }: EntityView): string {
  return on.map(({ node }) => node).join(', ');
}
