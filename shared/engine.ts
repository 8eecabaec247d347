/** Health of the place where labs run, each failure with a reason and the next thing to do. */
export interface EngineHealth {
  /** `looking`: not answered yet. `missing`: no socket found. `denied`: found, not allowed. `stopped`: socket there, nobody answers. */
  readonly state: 'looking' | 'ready' | 'missing' | 'denied' | 'stopped';
  /** `docker`, `podman`; null while none was found. */
  readonly engine: string | null;
  readonly version: string | null;
  readonly apiVersion: string | null;
  readonly cores: number | null;
  readonly memoryMiB: number | null;
  /** What was tried, one line each, e.g. `/var/run/docker.sock: no such file`. Never a path the renderer would open. */
  readonly tried: readonly string[];
  readonly message: string;
  /** A command to copy; empty while ready. */
  readonly fix: string;
  /** What stands in a lab's way although the engine answers; absent when nothing is known to. */
  readonly notes?: readonly EngineNote[];
}

export interface EngineNote {
  readonly message: string;
  readonly why: string;
  /** A command to copy; empty where there is none, e.g. for what could not be found out. */
  readonly fix: string;
}
