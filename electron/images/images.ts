import { Readable } from 'node:stream';
import { join } from 'node:path';
import { LabError } from '../../shared/errors.ts';
import type { ImageState } from '../../shared/recipe.ts';
import type { Engine } from '../engines/engine.ts';
import { baseTags, ensureBaseImage, findBaseImage } from './base-image.ts';
import { hashContext, packContext, readContext } from './context.ts';
import { SharedWork } from './shared-work.ts';

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
   * `quorate/<name>:<8 hex>` over the image's files and its parent's; a pure function of files. `base` is `quorate/base:trixie`.
   * @throws LabError 'input/unknown'
   */
  async tag(name: string): Promise<string> {
    if (name === 'base') return baseTags[0] ?? '';
    const context = await readContext(this.folder(name), name);
    return `quorate/${name}:${hashContext(context, await this.tag(context.parent))}`;
  }

  /** `unknown` when the engine cannot be asked. @throws LabError 'input/unknown' */
  async state(name: string): Promise<ImageState> {
    const tag = await this.tag(name);
    try {
      const present = name === 'base' ? (await findBaseImage(this.engine)) !== null : await this.engine.hasImage(tag);
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

  private async make(name: string, onLine: (line: string) => void, signal: AbortSignal): Promise<string> {
    if (name === 'base')
      return ensureBaseImage({ engine: this.engine, canBootstrap: this.canBootstrap }, onLine, signal);
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
