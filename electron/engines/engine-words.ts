import { readFile, stat } from 'node:fs/promises';
import type { EngineHealth } from '../../shared/engine.ts';
import { hasProgram, type Host } from './host.ts';
import type { Failure } from './probe.ts';

const unknown = { engine: null, version: null, apiVersion: null, cores: null, memoryMiB: null };

/** Before anything has answered. */
export const looking: EngineHealth = {
  ...unknown,
  state: 'looking',
  tried: [],
  message: 'Looking for a container engine.',
  fix: '',
};

/**
 * What to tell when no engine answers: what was tried, the worst that was met (a door that is shut says more than one that is not
 * there), and the command that mends it on this platform. Words: design/DESIGN-LANGUAGE.md section 8, errors 1 and 2.
 */
export async function explainFailure(
  host: Host,
  failures: readonly Failure[],
  refused: readonly string[],
): Promise<EngineHealth> {
  const tried = [...refused, ...failures.map(({ socketPath, reason }) => `${socketPath}: ${reason}`)];
  const denied = failures.find(({ outcome }) => outcome === 'denied');
  if (denied !== undefined) return { ...unknown, ...(await explainDenied(denied)), state: 'denied', tried };
  const silent = failures.find(({ outcome }) => outcome === 'silent');
  if (silent !== undefined) {
    const title = silent.kind === 'podman' ? 'Podman' : 'Docker';
    const message = `${title} does not answer. ${silent.socketPath}: ${silent.reason}.`;
    return {
      ...unknown,
      engine: silent.kind,
      state: 'stopped',
      tried,
      message,
      fix: await startFix(host, silent.kind),
    };
  }
  if (refused.length > 0 && failures.length === 0) {
    const message = `No container engine can be used. ${refused.join('. ')}.`;
    return { ...unknown, state: 'missing', tried, message, fix: 'unset DOCKER_HOST CONTAINER_HOST QUORATE_ENGINE' };
  }
  const first = failures[0];
  const message =
    first === undefined
      ? 'No container engine answers.'
      : `No container engine answers. Quorate looked at ${first.socketPath} (${first.reason}).`;
  return { ...unknown, state: 'missing', tried, message, fix: await installFix(host) };
}

async function explainDenied({ kind, socketPath }: Failure): Promise<{ message: string; fix: string }> {
  const group = await groupOf(socketPath);
  if (kind === 'podman') {
    const message = `You may not use this Podman. ${socketPath} belongs to another user. Your own Podman needs no rights.`;
    return { message, fix: 'systemctl --user start podman.socket' };
  }
  const message =
    `You may not use Docker yet. ${socketPath} belongs to group ${group}. ` +
    'After the command, log in again. This group is as good as root.';
  return { message, fix: `sudo usermod -aG ${group} $USER` };
}

/** Name of the group a socket belongs to; `docker` where it cannot be read. */
async function groupOf(socketPath: string): Promise<string> {
  try {
    const { gid } = await stat(socketPath);
    const line = (await readFile('/etc/group', 'utf8'))
      .split('\n')
      .find((entry) => entry.split(':')[2] === String(gid));
    return line?.split(':')[0] ?? 'docker';
  } catch {
    return 'docker';
  }
}

async function installFix(host: Host): Promise<string> {
  if (host.platform !== 'linux') return startFix(host, 'docker');
  if (await hasProgram(host, 'dockerd')) return startFix(host, 'docker');
  return `${sudo(host)}apt-get install docker.io`;
}

async function startFix(host: Host, kind: 'docker' | 'podman'): Promise<string> {
  if (host.platform === 'darwin') return kind === 'podman' ? 'podman machine start' : 'open -a Docker';
  if (host.platform === 'win32') return kind === 'podman' ? 'podman machine start' : 'docker desktop start';
  if (kind === 'podman')
    return host.uid === 0 ? 'systemctl start podman.socket' : 'systemctl --user start podman.socket';
  const systemd = await stat('/run/systemd/system').then(
    () => true,
    () => false,
  );
  return systemd ? `${sudo(host)}systemctl start docker` : `${sudo(host)}service docker start`;
}

function sudo(host: Host): string {
  return host.uid === 0 ? '' : 'sudo ';
}
