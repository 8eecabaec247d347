import { stripVTControlCharacters } from 'node:util';
import { LabError } from '../../shared/errors.ts';
import type { FoundImage, ImageSource } from './engine.ts';
import type { DockerApi } from './docker-api.ts';
import type { IncomingMessage } from 'node:http';

/** A line of progress of pull, import and build. */
interface ProgressLine {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly error?: string;
}

/** Lines of a failed build kept as evidence. */
const evidenceLines = 40;

export async function hasImage(api: DockerApi, tag: string): Promise<boolean> {
  const answer = await api.json<{ readonly Id?: string }>({
    method: 'GET',
    path: `/images/${tag}/json`,
    what: `look for the image ${tag}`,
    accept: [404],
  });
  return answer.Id !== undefined;
}

/** @throws LabError 'image/unavailable' when no registry has it or can be reached */
export async function pullImage(
  api: DockerApi,
  tag: string,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const [fromImage, version] = splitTag(tag);
  try {
    const stream = await api.stream({
      method: 'POST',
      path: '/images/create',
      query: { fromImage, tag: version },
      what: `pull the image ${tag}`,
      timeout: 30_000,
      signal,
    });
    await follow(stream, signal, (line) => {
      // Of a layer's progress only its stages: the bars would be hundreds of lines.
      if (line.status !== undefined && !/^(Downloading|Extracting|Waiting|Verifying)/.test(line.status)) {
        onLine(line.id === undefined ? line.status : `${line.id}: ${line.status}`);
      }
    });
  } catch (error) {
    if (!(error instanceof LabError) || error.code === 'cancelled') throw error;
    throw new LabError('image/unavailable', `The image ${tag} could not be pulled.`, {
      cause: error,
      detail: error.detail ?? error.message,
    });
  }
}

/** Makes an image of one layer of a root file system. */
export async function importImage(api: DockerApi, source: ImageSource, signal: AbortSignal): Promise<void> {
  const stream = await api.stream({
    method: 'POST',
    path: '/images/create',
    // Podman 4.3 reads no `tag` here, and calls what it imports `latest`; both take it as a part of the name.
    query: { fromSrc: '-', repo: source.tag },
    file: source.tar,
    what: `import the image ${source.tag}`,
    timeout: 600_000,
    signal,
  });
  await follow(stream, signal, () => undefined);
}

/** Builds with the classic builder. @throws LabError 'image/build-failed' with the end of the log */
export async function buildImage(
  api: DockerApi,
  source: ImageSource,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const log: string[] = [];
  const keep = (line: string) => {
    log.push(line);
    if (log.length > evidenceLines) log.shift();
    onLine(line);
  };
  try {
    const stream = await api.stream({
      method: 'POST',
      path: '/build',
      query: { t: source.tag, rm: true, forcerm: true },
      file: source.tar,
      what: `build the image ${source.tag}`,
      timeout: 120_000,
      signal,
    });
    await follow(stream, signal, (line) => {
      // What a step writes to standard error comes in red.
      const text = stripVTControlCharacters(line.stream ?? '');
      for (const each of text.split('\n')) if (each.trim() !== '') keep(each.trimEnd());
    });
  } catch (error) {
    if (!(error instanceof LabError) || error.code === 'cancelled' || error.code === 'engine/unreachable') throw error;
    throw new LabError('image/build-failed', `The image ${source.tag} could not be built.`, {
      cause: error,
      detail: [...log, error.detail ?? error.message].join('\n'),
    });
  }
}

/** Removing what is not there is no error. @throws LabError 'engine/conflict' while a node uses it */
export async function removeImage(api: DockerApi, tag: string): Promise<void> {
  await api.json({ method: 'DELETE', path: `/images/${tag}`, what: `remove the image ${tag}`, accept: [404] });
}

/** Every image whose name begins with `quorate/`, with the containers made of it. Podman puts a registry before names. */
export async function listImages(api: DockerApi): Promise<readonly FoundImage[]> {
  const [images, containers] = await Promise.all([
    api.json<readonly { readonly Id: string; readonly RepoTags: readonly string[] | null }[]>({
      method: 'GET',
      path: '/images/json',
      what: 'list images',
    }),
    api.json<readonly { readonly ImageID: string; readonly Names: readonly string[] }[]>({
      method: 'GET',
      path: '/containers/json',
      query: { all: true },
      what: 'list what uses images',
    }),
  ]);
  const bare = (id: string) => id.replace(/^sha256:/, '');
  return images
    .flatMap(({ Id: id, RepoTags: tags }) => {
      const usedBy = containers
        .filter(({ ImageID: of }) => bare(of) === bare(id))
        .map(({ Names: [name = ''] }) => name.replace(/^\//, ''));
      const ours = (tags ?? []).map((tag) => /^(?:(?:docker\.io|localhost)\/)?(quorate\/.+)$/.exec(tag)?.[1] ?? '');
      return ours.filter((tag) => tag !== '').map((tag) => ({ tag, usedBy: usedBy.toSorted() }));
    })
    .toSorted((a, b) => a.tag.localeCompare(b.tag, 'en'));
}

/** Reads JSON lines to the end. @throws LabError 'engine/refused' for a line that tells an error, 'cancelled' */
async function follow(
  stream: IncomingMessage,
  signal: AbortSignal,
  onLine: (line: ProgressLine) => void,
): Promise<void> {
  const stop = () => stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  let rest = '';
  try {
    for await (const text of stream.setEncoding('utf8')) {
      const lines = (rest + String(text)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) takeLine(line, onLine);
    }
    takeLine(rest, onLine);
  } catch (error) {
    if (signal.aborted) throw new LabError('cancelled', 'Cancelled.');
    if (error instanceof LabError) throw error;
    throw new LabError('engine/unreachable', 'The container engine closed the connection.', { cause: error });
  } finally {
    signal.removeEventListener('abort', stop);
  }
  if (signal.aborted) throw new LabError('cancelled', 'Cancelled.');
}

function takeLine(text: string, onLine: (line: ProgressLine) => void): void {
  if (text.trim() === '') return;
  const line = JSON.parse(text) as ProgressLine;
  if (line.error !== undefined) throw new LabError('engine/refused', line.error, { detail: line.error });
  onLine(line);
}

function splitTag(tag: string): readonly [string, string] {
  const at = tag.lastIndexOf(':');
  return at > tag.lastIndexOf('/') ? [tag.slice(0, at), tag.slice(at + 1)] : [tag, 'latest'];
}
