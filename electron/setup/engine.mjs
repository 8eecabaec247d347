import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ensurePackages, mayInstall } from './packages.mjs';
import { has, quiet, SetupError } from './say.mjs';

const sockets = [
  '/var/run/docker.sock',
  `${process.env.XDG_RUNTIME_DIR ?? '/nonexistent'}/docker.sock`,
  `${process.env.HOME}/.docker/run/docker.sock`,
  '/run/podman/podman.sock',
  `${process.env.XDG_RUNTIME_DIR ?? '/nonexistent'}/podman/podman.sock`,
];

/** Whether a container engine answers `GET /_ping` on a socket within 3 s: true, false, or `denied`. */
function answers(socketPath) {
  return new Promise((resolve) => {
    const call = request({ socketPath, path: '/_ping', timeout: 3000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', (error) => resolve(error.code === 'EACCES' ? 'denied' : false));
    call.end();
  });
}

/** First engine that answers, in words; `denied` when one is there that this user may not use; null when none answers. */
async function findEngine() {
  if (process.env.DOCKER_HOST) return `DOCKER_HOST ${process.env.DOCKER_HOST}`;
  if (process.platform === 'win32') return has('docker') ? 'docker' : null;
  let denied = null;
  for (const socket of sockets) {
    const state = await answers(socket);
    if (state === true) return socket;
    if (state === 'denied') denied = 'denied';
  }
  return denied;
}

/**
 * Makes sure a container engine answers: one that does, else Podman (its service is started by the app), else the Docker daemon that
 * is installed, else docker.io from Debian, as root.
 * @throws SetupError (exit code 3) with the fix when nothing answers and nothing may be installed; nothing is changed then
 */
export async function ensureEngine() {
  const found = await findEngine();
  if (found === 'denied') {
    throw new SetupError(
      'A container engine is there, and you may not use it: its socket belongs to another group.',
      'sudo usermod -aG docker $USER, then log in again. This group is as good as root.',
      3,
    );
  }
  if (found) return `${found} answers`;
  if (process.platform !== 'linux') {
    throw new SetupError(
      'No container engine answers.',
      'Start Docker Desktop or Podman Desktop, then run this again.',
      3,
    );
  }
  if (!has('dockerd') && has('podman')) return 'podman is there; Quorate starts its service';
  if (process.getuid() !== 0) {
    const fix = has('dockerd') ? 'sudo systemctl start docker' : 'sudo apt-get install docker.io debootstrap';
    throw new SetupError(
      'No container engine answers, and only root may start or install one. Nothing was changed.',
      fix,
      3,
    );
  }
  if (!has('dockerd')) {
    if (!mayInstall())
      throw new SetupError('No container engine is installed.', 'Install Docker or Podman, then run this again.', 3);
    await ensurePackages(['docker.io']);
  }
  await startDocker();
  return 'Docker started';
}

/** Starts the Docker daemon through its service, else as a process of its own that outlives this one. */
async function startDocker() {
  if (existsSync('/run/systemd/system')) await quiet('systemctl', ['start', 'docker']);
  else {
    const log = openSync('/var/log/quorate-dockerd.log', 'a');
    spawn('dockerd', [], { detached: true, stdio: ['ignore', log, log] }).unref();
    closeSync(log);
  }
  const deadline = Date.now() + 60_000;
  while ((await answers('/var/run/docker.sock')) !== true) {
    if (Date.now() > deadline) {
      throw new SetupError('dockerd did not answer within 60 s.', 'Its log: /var/log/quorate-dockerd.log', 3);
    }
    await delay(100);
  }
}
