/**
 * One line of a lab's record: `quorate events --json` prints them as JSON lines, the flight recorder draws them.
 * The field names are containerlab's (`containerlab events --format json`), so that tools for one read the other.
 */
export interface LabEvent {
  /** ISO 8601 in UTC with milliseconds, when the backend saw it. */
  readonly timestamp: string;
  readonly type: 'node' | 'database' | 'member' | 'entity' | 'run' | 'recorder';
  /**
   * node: `start` `die` `stop` `kill` `pause` `unpause` `cut` `restore` `create` `destroy` `silent` `answers`;
   * database: `leader` `no-leader` `term` `role` `replica-added` `replica-removed`; member: `added` `removed` `role` `status`;
   * entity (what the product keeps): `added` `removed` `state` `on` (the nodes that hold it);
   * run: `start` `step` `end`; recorder: `start` `stop`.
   */
  readonly action: string;
  /** Engine id of the node, id of the database, id of the run, kind and name of the entity. */
  readonly actor_id: string;
  /** Name of the node, title of the database, kind and name of the entity. */
  readonly actor_name: string;
  /** Facts as text, e.g. `{database: 'nb', node: 'node-2', term: '4', was: 'follower', is: 'leader'}`. */
  readonly attributes: Readonly<Record<string, string>>;
}
