import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { Engine } from '../../electron/engines/engine.ts';
import { detectEngine } from '../../electron/engines/detect.ts';
import { thisHost } from '../../electron/engines/host.ts';
import { packTar } from '../../electron/engines/tar.ts';
import { ensureBaseImage, findBaseImage } from '../../electron/images/base-image.ts';
import { FakeEngine } from '../fakes/fake-engine.ts';

/** An engine to test, with an image whose first process sleeps. */
export interface Subject {
  readonly engine: Engine;
  readonly image: string;
  close(): Promise<void>;
}

/** An engine the contract is for, opened only when its turn comes. */
export interface SubjectSource {
  readonly name: 'fake' | 'docker' | 'podman';
  /** First two bytes of the subnets it may use: networks of both real engines live on one host. */
  readonly net: string;
  open(): Promise<Subject>;
}

export const image = 'quorate/contract:test';

/** The fake, and each engine that this machine has. @throws when it has none */
export async function findSubjects(): Promise<readonly SubjectSource[]> {
  const found: SubjectSource[] = [{ name: 'fake', net: '10.210', open: openFake }];
  const kinds = [
    ['docker', '10.211'],
    ['podman', '10.212'],
  ] as const;
  for (const [name, net] of kinds) {
    const detected = await detectEngine({ ...thisHost(), env: { ...process.env, QUORATE_ENGINE: name } });
    await detected.close();
    if (detected.engine === null) console.warn(`No ${name} here: ${detected.health.message}`);
    else found.push({ name, net, open: () => openReal(name) });
  }
  if (found.length === 1) throw new Error('Neither Docker nor Podman is here: the contract proves nothing.');
  return found;
}

function openFake(): Promise<Subject> {
  const engine = new FakeEngine();
  engine.images.add(image);
  engine.onExec = async ({ command, options, killed }) => {
    const [program, ...words] = command;
    if (program === 'cat') return { stdout: options.stdin ?? '' };
    if (program === 'sleep') await new Promise((resolve) => killed.addEventListener('abort', resolve));
    if (words[1] === 'echo out; echo err >&2; exit 3') return { stdout: 'out\n', stderr: 'err\n', exitCode: 3 };
    return {};
  };
  engine.onAttach = (program) => {
    if (program.command[0] === 'sh') return program.exit(7);
    program.onInput((bytes) => program.print(bytes));
    program.onInputEnd(() => program.exit(0));
  };
  return Promise.resolve({ engine, image, close: () => Promise.resolve() });
}

async function openReal(name: 'docker' | 'podman'): Promise<Subject> {
  const { engine, close } = await detectEngine({ ...thisHost(), env: { ...process.env, QUORATE_ENGINE: name } });
  if (engine === null) throw new Error(`${name} has gone.`);
  const { signal } = new AbortController();
  if (name === 'podman' && (await findBaseImage(engine, null)) === null) await copyFromDocker();
  const base = await ensureBaseImage(
    { engine, canBootstrap: process.getuid?.() === 0, suite: null },
    () => undefined,
    signal,
  );
  const text = `FROM ${base}\nCMD ["sleep","infinity"]\n`;
  const context = packTar([{ path: 'Dockerfile', content: Buffer.from(text), mode: 0o644 }]);
  await engine.buildImage({ tag: image, tar: Readable.from([context]) }, () => undefined, signal);
  return {
    engine,
    image,
    close: async () => {
      await engine.removeImage(image);
      await close();
    },
  };
}

/** Spares Podman a bootstrap of its own where Docker has the image. */
async function copyFromDocker(): Promise<void> {
  const save = spawn('docker', ['save', 'quorate/base:trixie'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const load = spawn('podman', ['load'], { stdio: [save.stdout, 'ignore', 'ignore'] });
  save.on('error', () => load.kill());
  await once(load, 'close').catch(() => undefined);
}
