import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../electron/engines/engine.ts';
import { packTar } from '../../electron/engines/tar.ts';
import { findSubjects } from './subjects.ts';

/** How a base image comes in where no registry answers. */
describe.each(await findSubjects())('a file system imported into $name', ({ open }) => {
  const tag = `quorate/imported-${process.pid}:second`;
  let engine: Engine;
  let close: () => Promise<void> = () => Promise.resolve();
  beforeAll(async () => {
    const subject = await open();
    engine = subject.engine;
    close = () => subject.close();
  });
  afterAll(async () => {
    await engine.removeImage(tag);
    await close();
  });

  it('is an image of that name and tag, and of no other', async () => {
    const tar = Readable.from([packTar([{ path: 'etc/a', content: Buffer.from('a'), mode: 0o644 }])]);
    await engine.importImage({ tag, tar }, new AbortController().signal);
    const [name = ''] = tag.split(':');
    expect((await engine.listImages()).map((image) => image.tag).filter((each) => each.startsWith(name))).toEqual([
      tag,
    ]);
    expect(await engine.hasImage(tag)).toBe(true);
  });
});
