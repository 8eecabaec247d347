import { LabError } from '../../shared/errors.ts';
import type { Engine } from '../engines/engine.ts';

/** Names of all labs the engine holds anything of. @throws LabError 'engine/unreachable' | 'engine/denied' with the fix */
export async function engineNames(engine: Engine): Promise<readonly string[]> {
  const found = await engine.list();
  if (found.missing.length > 0) await refuseAbsent(engine, found.missing);
  return [...new Set([...found.nodes, ...found.networks].map((one) => one.lab))];
}

async function refuseAbsent(engine: Engine, missing: readonly string[]): Promise<never> {
  const { state, message, fix } = await engine.health();
  throw new LabError(state === 'denied' ? 'engine/denied' : 'engine/unreachable', message, {
    detail: missing.join('\n'),
    ...(fix === '' ? {} : { fix }),
  });
}
