import { LabError } from '../../shared/errors.ts';
import type { Engine } from '../engines/engine.ts';
import { withBaseTree } from './base-tree.ts';

/** Releases of Debian node images are built on, best first. */
const suites = ['trixie', 'bookworm'] as const;

/** A release of Debian, `trixie` (13) or `bookworm` (12). */
export type Suite = (typeof suites)[number];

/** A suite where a Dockerfile names one we build on, else null: the best there is. */
export function suiteOf(name: string): Suite | null {
  return suites.find((suite) => suite === name) ?? null;
}

export interface BaseImageOptions {
  readonly engine: Engine;
  /** Whether this process may run debootstrap: on Linux as root. */
  readonly canBootstrap: boolean;
  /** Null: the best there is. */
  readonly suite: Suite | null;
}

/** The best base image of that suite, or of any, that is there; or null. */
export async function findBaseImage(engine: Engine, suite: Suite | null): Promise<string | null> {
  for (const name of suite === null ? suites : [suite]) {
    for (const tag of [`quorate/base:${name}`, `debian:${name}-slim`]) if (await engine.hasImage(tag)) return tag;
  }
  return null;
}

/**
 * Present, else pulled, else bootstrapped; of that suite; where none is asked for Debian 13, and 12 where 13 cannot be had. Returns its
 * tag.
 * @throws LabError 'image/unavailable' with what was tried
 */
export async function ensureBaseImage(
  options: BaseImageOptions,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const { engine } = options;
  const present = await findBaseImage(engine, options.suite);
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
  for (const suite of options.suite === null ? suites : [options.suite]) {
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
