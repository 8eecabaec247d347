import { LabError } from '../../shared/errors.ts';
import type { DockerApi } from './docker-api.ts';
import { firstTarFile, packTar } from './tar.ts';

/**
 * Writes files owned by root; folders that lack are made. Running or not.
 * @throws LabError 'input/invalid' below `/run`, which is a tmpfs the engine's archive call does not reach
 */
export async function copyInto(
  api: DockerApi,
  id: string,
  files: readonly { readonly path: string; readonly content: string | Uint8Array; readonly mode: number }[],
): Promise<void> {
  for (const { path } of files) {
    if (!path.startsWith('/') || /^\/(var\/)?run\//.test(path)) {
      throw new LabError('input/invalid', `Not a path to copy to: ${path}`, { field: 'path' });
    }
  }
  const archive = packTar(
    files.map(({ path, content, mode }) => ({
      path: path.slice(1),
      content: typeof content === 'string' ? Buffer.from(content) : content,
      mode,
    })),
  );
  await api.json({
    method: 'PUT',
    path: `/containers/${id}/archive`,
    query: { path: '/' },
    file: archive,
    what: 'write files into the node',
  });
}

/** Contents of one file; null when it is not there or is no plain file. */
export async function copyFrom(api: DockerApi, id: string, path: string): Promise<Uint8Array | null> {
  try {
    const stream = await api.stream({
      method: 'GET',
      path: `/containers/${id}/archive`,
      query: { path },
      what: 'read a file of the node',
    });
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return firstTarFile(Buffer.concat(chunks));
  } catch (error) {
    if (
      error instanceof LabError &&
      error.code === 'engine/not-found' &&
      !/no such container/i.test(error.detail ?? '')
    ) {
      return null;
    }
    throw error;
  }
}
