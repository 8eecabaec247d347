import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { join } from 'node:path';
import { LabError } from '../../shared/errors.ts';
import type { ImageState, RemovedImage } from '../../shared/recipe.ts';
import type { Engine, FoundImage } from '../engines/engine.ts';
import { ensureBaseImage, findBaseImage, suiteOf, type Suite } from './base-image.ts';
import { hashContext, packContext, readContext } from './context.ts';
import { SharedWork } from './shared-work.ts';

/** Tags this class gives. */
const built = /^quorate\/[a-z0-9-]+:[0-9a-f]{8}$/;

export interface ImagesOptions {
  readonly engine: Engine;
  /** Folder with one build context for each image, `resources/images`. */
  readonly resources: string;
  readonly platform?: NodeJS.Platform;
  readonly isRoot?: boolean;
}

/**
 * The images nodes are made of. A tag names its content, so what is present is up to date; `base` is Debian, all others are built from
 * a folder of `resources/images`.
 */
export class Images {
  private readonly engine: Engine;
  private readonly resources: string;
  private readonly canBootstrap: boolean;
  private readonly work = new SharedWork<string>();

  constructor(options: ImagesOptions) {
    this.engine = options.engine;
    this.resources = options.resources;
    const isRoot = options.isRoot ?? process.getuid?.() === 0;
    this.canBootstrap = (options.platform ?? process.platform) === 'linux' && isRoot;
  }

  /**
   * `quorate/<name>:<8 hex>` over the image's files and its parent's; a pure function of files. `base` is `quorate/base:trixie`,
   * `base:bookworm` is `quorate/base:bookworm`, whichever is there.
   * @throws LabError 'input/unknown'
   */
  async tag(name: string): Promise<string> {
    const base = baseOf(name);
    if (base !== null) return `quorate/base:${base.suite ?? 'trixie'}`;
    const context = await readContext(this.folder(name), name);
    return `quorate/${name}:${hashContext(context, await this.tag(context.parent))}`;
  }

  /** `unknown` when the engine cannot be asked. @throws LabError 'input/unknown' */
  async state(name: string): Promise<ImageState> {
    const tag = await this.tag(name);
    const base = baseOf(name);
    try {
      const found = base === null ? this.engine.hasImage(tag) : findBaseImage(this.engine, base.suite);
      const present = ((await found) ?? false) !== false;
      return present ? 'ready' : 'to-build';
    } catch (error) {
      if (error instanceof LabError) return 'unknown';
      throw error;
    }
  }

  /**
   * Makes the image present and returns its tag. Calls at the same time share one build, which is given up when the last of them is
   * aborted.
   * @throws LabError 'image/unavailable' | 'image/build-failed' | 'cancelled' | 'engine/*'
   */
  async ensure(name: string, onLine: (line: string) => void, signal: AbortSignal): Promise<string> {
    try {
      return await this.work.join(name, (line, abort) => this.make(name, line, abort), onLine, signal);
    } catch (error) {
      if (signal.aborted) throw new LabError('cancelled', 'Cancelled.', { cause: error });
      throw error;
    }
  }

  /**
   * Images built of another state of the recipes, by this Quorate or another: their tag names a content that is not in the folder now.
   * @throws LabError 'engine/*'
   */
  async old(): Promise<readonly FoundImage[]> {
    const folders = await readdir(this.resources, { withFileTypes: true });
    const names = folders.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    const present = new Set(await Promise.all(names.map((name) => this.tag(name))));
    return (await this.engine.listImages()).filter(({ tag }) => built.test(tag) && !present.has(tag));
  }

  /**
   * Removes the old images that no container uses.
   * @throws LabError 'engine/*'
   */
  async removeOld(): Promise<readonly RemovedImage[]> {
    const unused = (await this.old()).filter(({ usedBy }) => usedBy.length === 0);
    const receipt: RemovedImage[] = [];
    // One after the other: of two that share layers the engine refuses the one while it removes the other.
    for (const { tag } of unused) receipt.push({ tag, why: await this.remove(tag) });
    return receipt;
  }

  /** Why it could not be removed, e.g. for a container made of it meanwhile; else `''`. */
  private async remove(tag: string): Promise<string> {
    try {
      await this.engine.removeImage(tag);
      return '';
    } catch (error) {
      if (error instanceof LabError) return error.message;
      throw error;
    }
  }

  private async make(name: string, onLine: (line: string) => void, signal: AbortSignal): Promise<string> {
    const base = baseOf(name);
    if (base !== null) {
      const { engine, canBootstrap } = this;
      return ensureBaseImage({ engine, canBootstrap, suite: base.suite }, onLine, signal);
    }
    const tag = await this.tag(name);
    if (await this.engine.hasImage(tag)) return tag;
    const context = await readContext(this.folder(name), name);
    const parent = await this.ensure(context.parent, onLine, signal);
    onLine(`Build ${tag}`);
    await this.engine.buildImage({ tag, tar: Readable.from([packContext(context, parent)]) }, onLine, signal);
    return tag;
  }

  private folder(name: string): string {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) throw new LabError('input/unknown', `There is no image «${name}».`);
    return join(this.resources, name);
  }
}

/** `base` and `base:<suite>`; null for an image of ours. */
function baseOf(name: string): { readonly suite: Suite | null } | null {
  if (name === 'base') return { suite: null };
  const suite = name.startsWith('base:') ? suiteOf(name.slice('base:'.length)) : null;
  return suite === null ? null : { suite };
}
