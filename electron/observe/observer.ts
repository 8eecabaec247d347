import type { DatabaseView } from '../../shared/database.ts';
import type { EntitiesView, LogicalView, MemberView, Millis, Observed, TunnelView, Warning } from '../../shared/lab.ts';
import type { LabRequest } from '../../shared/request.ts';
import type { Engine, FoundNode } from '../engines/engine.ts';

/** What observers add to what the engine's labels tell. Each part is a whole value; the lab joins them to a LabView. */
export interface Observations {
  readonly databases: readonly DatabaseView[];
  readonly members: readonly MemberView[];
  readonly tunnels: readonly TunnelView[];
  /** Null where the product has no logical network of its own. */
  readonly logical: LogicalView | null;
  readonly entities: EntitiesView | null;
  /** By node: services as listed by the product, and whether it answers. */
  readonly services: ReadonlyMap<string, readonly string[]>;
  readonly answers: ReadonlyMap<string, Observed>;
  readonly warnings: readonly Warning[];
}

export interface ObserveContext {
  readonly request: LabRequest;
  readonly engine: Engine;
  /** Called after each change, at once (no coalescing here). */
  readonly onChange: () => void;
  readonly now: () => Millis;
}

/** The open sources of one lab. */
export interface Observer {
  /** The nodes as the engine has them now; opens and closes sources accordingly. Called first, and at each engine event. */
  nodes(nodes: readonly FoundNode[]): void;
  current(): Observations;
  /** True once each source of the running nodes has answered, or is known not to be there or not to answer. */
  settled(): boolean;
  close(): void;
}
