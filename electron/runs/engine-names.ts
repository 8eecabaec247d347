import type { EngineHealth } from '../../shared/engine.ts';
import { LabError } from '../../shared/errors.ts';
import type { Engine } from '../engines/engine.ts';

/** Names of all labs the engine holds anything of. @throws LabError 'engine/unreachable' | 'engine/denied' with the fix */
export async function engineNames(engine: Engine): Promise<readonly string[]> {
  let found = await engine.list();
  if (found.missing.length > 0) {
    const health = await engine.health();
    // It was only being looked for: asked too early, it answers now.
    if (health.state === 'ready') found = await engine.list();
    if (found.missing.length > 0) refuseAbsent(health, found.missing);
  }
  return [...new Set([...found.nodes, ...found.networks].map((one) => one.lab))];
}

function refuseAbsent({ state, message, fix }: EngineHealth, missing: readonly string[]): never {
  throw new LabError(state === 'denied' ? 'engine/denied' : 'engine/unreachable', message, {
    detail: missing.join('\n'),
    ...(fix === '' ? {} : { fix }),
  });
}
