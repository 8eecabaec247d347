import { LabError } from '../../shared/errors.ts';
import type { Engine } from '../engines/engine.ts';
import { withBaseTree } from './base-tree.ts';

/** What node images are built on, best first. */
export const baseTags = ['quorate/base:trixie', 'debian:trixie-slim', 'quorate/base:bookworm', 'debian:bookworm-slim'];

const suites = ['trixie', 'bookworm'];

export interface BaseImageOptions {
  readonly engine: Engine;
  /** Whether this process may run debootstrap: on Linux as root. */
  readonly canBootstrap: boolean;
}

/** The best base image that is there, or null. */
export async function findBaseImage(engine: Engine): Promise<string | null> {
  for (const tag of baseTags) if (await engine.hasImage(tag)) return tag;
  return null;
}

/**
 * Present, else pulled, else bootstrapped; Debian 13, and 12 where 13 cannot be had. Returns its tag.
 * @throws LabError 'image/unavailable' with what was tried
 */
export async function ensureBaseImage(
  options: BaseImageOptions,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const { engine } = options;
  const present = await findBaseImage(engine);
  if (present !== null) return present;
  const tried: string[] = [];
  const attempt = async (what: string, work: () => Promise<void>): Promise<boolean> => {
    onLine(what);
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof LabError) || error.code === 'cancelled') throw error;
      const reason = [error.message, error.detail].filter(Boolean).join('\n');
      tried.push(`${what}\n${reason}`);
      onLine(reason);
      return false;
    }
  };
  for (const suite of suites) {
    const pulled = `debian:${suite}-slim`;
    if (await attempt(`Pull ${pulled}`, () => engine.pullImage(pulled, onLine, signal))) return pulled;
    if (!options.canBootstrap) continue;
    const tag = `quorate/base:${suite}`;
    const bootstrap = () => withBaseTree(suite, (tar) => engine.importImage({ tag, tar }, signal), onLine, signal);
    if (await attempt(`Bootstrap Debian (${suite}) with debootstrap`, bootstrap)) return tag;
  }
  throw new LabError('image/unavailable', 'The base image is not here and cannot be had.', {
    fix: `Save it on a machine that has it and load it here: \`${engine.traits.cli} load < quorate-base.tar\``,
    detail: tried.join('\n\n'),
  });
}
