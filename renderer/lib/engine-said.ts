import type { EngineHealth } from '../../shared/engine.ts';
import type { MarkKind } from '../parts/kinds.ts';
import { memory } from './format.ts';
import { words } from './words.ts';

/** The state of the container engine in one line of the top bar. */
export interface EngineSaid {
  readonly mark: MarkKind;
  readonly tone: 'plain' | 'danger' | 'dim';
  readonly title: string;
  /** Cores and memory; `''` while unknown. */
  readonly facts: string;
}

/** While the backend is away nobody can say. */
export const engineUnknown: EngineSaid = { mark: 'todo', tone: 'dim', title: words.engine.notKnown, facts: '' };

/** `null` health: not told yet, which is not «none». */
export function engineSaid(health: EngineHealth | null): EngineSaid {
  if (health === null || health.state === 'looking')
    return { mark: 'run', tone: 'dim', title: words.engine.looking, facts: '' };
  const engine = engineName(health);
  switch (health.state) {
    case 'ready':
      return {
        mark: 'ok',
        tone: 'plain',
        title: words.engine.ready(engine, health.version ?? ''),
        facts: words.engine.facts(health.cores, health.memoryMiB === null ? null : memory(health.memoryMiB)),
      };
    case 'missing':
      return { mark: 'danger', tone: 'danger', title: words.engine.none, facts: '' };
    case 'denied':
      return { mark: 'danger', tone: 'danger', title: words.engine.denied(engine), facts: '' };
    case 'stopped':
      return { mark: 'danger', tone: 'danger', title: words.engine.stopped(engine), facts: '' };
  }
}

/** `Docker`, `Podman`; a general word while none was found. */
export function engineName(health: EngineHealth): string {
  if (health.engine === null) return words.engine.any;
  return health.engine.charAt(0).toUpperCase() + health.engine.slice(1);
}

/**
 * What a notice says beyond its title: the message without a first sentence that repeats the title, and what was tried without what the
 * message names already.
 */
export function engineWhy(
  { message, tried }: EngineHealth,
  title: string,
): Pick<EngineHealth, 'tried'> & { text: string } {
  const text = message.startsWith(`${title}. `) ? message.slice(title.length + 2) : message;
  const placeOf = (line: string) => line.split(': ')[0] ?? line;
  return { text, tried: tried.filter((line) => !message.includes(line) && !message.includes(placeOf(line))) };
}
