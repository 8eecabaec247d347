import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../../shared/errors.ts';
import { packTar, type TarFile } from '../engines/tar.ts';
import { suiteOf } from './base-image.ts';

/** A build context as read from `resources/images/<name>/`, in the order of its paths. */
export interface BuildContext {
  readonly files: readonly TarFile[];
  /**
   * Name of the image this one is FROM, e.g. `ovn`; `base:bookworm` for Debian of that suite, `base` (the best Debian there is) when the
   * Dockerfile names none of ours.
   */
  readonly parent: string;
}

/** What a Dockerfile says of its parent: `ARG PARENT`, `ARG PARENT=quorate/ovn`, `ARG PARENT=quorate/base:bookworm` or `FROM quorate/ovn`. */
const parentLine = /^(ARG[ \t]+PARENT|FROM)(?:[ \t=]+quorate\/([a-z0-9-]+)(?::(\S+))?)?[ \t]*$/im;

/** `# with ../lxd/common` in a Dockerfile: that folder beside the image's own belongs to its context, as `common/`. */
const withLine = /^# with \.\.\/([a-z0-9-]+)\/([a-z0-9-]+)$/gm;

/**
 * Reads a context. Not part of it: `src/` (what is used of it is bundled into `dist/`), README.md and hidden files.
 * Modes come from the content, since a checkout may have lost them: what begins with `#!` is executable.
 * @throws LabError 'input/unknown' when there is no such folder or no Dockerfile in it
 */
export async function readContext(folder: string, name: string): Promise<BuildContext> {
  const files = await readFiles(folder, '').catch((cause: unknown) => {
    throw new LabError('input/unknown', `There is no image «${name}».`, { cause });
  });
  const dockerfile = files.find(({ path }) => path === 'Dockerfile');
  if (dockerfile === undefined) throw new LabError('input/unknown', `The image «${name}» has no Dockerfile.`);
  const text = Buffer.from(dockerfile.content).toString();
  const [, , parent = 'base', version] = parentLine.exec(text) ?? [];
  const suite = parent === 'base' && version !== undefined ? suiteOf(version) : null;
  const shared = await Promise.all(
    [...text.matchAll(withLine)].map(([line, image = '', path = '']) =>
      readFiles(join(folder, '..', image), path).catch((cause: unknown) => {
        throw new LabError('input/unknown', `The image «${name}» is «${line}», which is not there.`, { cause });
      }),
    ),
  );
  return { files: inOrder([...files, ...shared.flat()]), parent: suite === null ? parent : `${parent}:${suite}` };
}

/** First 8 hexadecimal digits of the SHA-256 over the context and the tag of the image it is FROM. */
export function hashContext(context: BuildContext, parentTag: string): string {
  const hash = createHash('sha256').update(`${parentTag}\n`);
  for (const { path, content, mode } of context.files) {
    hash.update(`${path}\0${mode.toString(8)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 8);
}

/** The context as a tar whose Dockerfile names `parentTag` as its parent. */
export function packContext(context: BuildContext, parentTag: string): Buffer {
  return packTar(
    context.files.map((file) => {
      if (file.path !== 'Dockerfile') return file;
      const text = Buffer.from(file.content).toString();
      const named = text.replace(parentLine, (_line, word: string) =>
        word.toUpperCase() === 'FROM' ? `FROM ${parentTag}` : `ARG PARENT=${parentTag}`,
      );
      return { ...file, content: Buffer.from(named) };
    }),
  );
}

async function readFiles(root: string, folder: string): Promise<readonly TarFile[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const visible = entries.filter((entry) => !entry.name.startsWith('.'));
  const kept = folder === '' ? visible.filter(({ name }) => name !== 'src' && name !== 'README.md') : visible;
  const files = await Promise.all(
    kept.map(async (entry): Promise<readonly TarFile[]> => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return readFiles(root, path);
      if (!entry.isFile()) return [];
      const content = await readFile(join(root, path));
      return [{ path, content, mode: content.subarray(0, 2).toString() === '#!' ? 0o755 : 0o644 }];
    }),
  );
  return inOrder(files.flat());
}

function inOrder(files: readonly TarFile[]): readonly TarFile[] {
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
