import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabError } from '../../shared/errors.ts';
import { makeOwnFolder } from './own-folder.ts';

/** Podman's API, served by a child of ours. */
export interface PodmanService {
  readonly socketPath: string;
  /** Ends the child and removes its socket. Containers go on. */
  close(): Promise<void>;
}

/**
 * Starts `podman system service` on a socket of our own; it ends with us, also when we are killed (Linux: `setpriv --pdeathsig`).
 * @param env gives PATH, XDG_RUNTIME_DIR and, where set, CONTAINERS_CONF
 * @throws LabError 'engine/unreachable' with what it printed when the socket does not come within 6 s
 */
export async function startPodmanService(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<PodmanService> {
  const remove = (folder: string) => rm(folder, { recursive: true, force: true });
  const folder = await makeOwnFolder(env['XDG_RUNTIME_DIR'] ?? tmpdir(), 'quorate-podman-', remove);
  const socketPath = join(folder, 'podman.sock');
  const words = ['--pdeathsig', 'TERM', 'podman', 'system', 'service', '--time=0', `unix://${socketPath}`];
  const child = spawn('setpriv', words, { env: { ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-2000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', (error) => {
      printed += error.message;
      resolve();
    });
  });
  const atExit = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', atExit);
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
    process.removeListener('exit', atExit);
    await remove(folder);
  };
  if (!(await listens(socketPath, ended, 6000))) {
    await close();
    throw new LabError('engine/unreachable', 'Podman is here, but its service does not start.', {
      fix: 'See why: `podman info`',
      detail: printed.trim(),
    });
  }
  return { socketPath, close };
}

/** Whether somebody listens before the child ends or the time is up. The file alone says nothing: it comes before the first `listen`. */
async function listens(socketPath: string, ended: Promise<void>, timeout: number): Promise<boolean> {
  let over = false;
  void ended.then(() => (over = true));
  const until = Date.now() + timeout;
  while (!over && Date.now() < until) {
    if (await accepts(socketPath)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

function accepts(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const done = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
