import type { EngineHealth } from '../../shared/engine.ts';
import type { DockerApi } from './docker-api.ts';
import { forwardingNotes } from './forwarding.ts';

interface VersionAnswer {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly Components?: readonly { readonly Name: string }[];
}

interface InfoAnswer {
  readonly NCPU: number;
  readonly MemTotal: number;
  /** E.g. `name=seccomp,profile=default`, `name=rootless`. */
  readonly SecurityOptions?: readonly string[] | null;
}

/** An engine that answers, and which it is. @throws LabError 'engine/unreachable' | 'engine/denied', within 6 s */
export async function askHealth(api: DockerApi, tried: readonly string[]): Promise<EngineHealth> {
  const [version, info] = await Promise.all([
    api.json<VersionAnswer>({ method: 'GET', path: '/version', what: 'ask its version', timeout: 6000 }),
    api.json<InfoAnswer>({ method: 'GET', path: '/info', what: 'ask about the engine', timeout: 6000 }),
  ]);
  const podman = (version.Components ?? []).some(({ Name: name }) => /podman/i.test(name));
  const rootless = (info.SecurityOptions ?? []).some((option) => option.startsWith('name=rootless'));
  const notes = podman && !rootless && process.platform === 'linux' ? await forwardingNotes() : [];
  const title = podman ? 'Podman' : 'Docker';
  return {
    state: 'ready',
    engine: podman ? 'podman' : 'docker',
    version: version.Version,
    apiVersion: version.ApiVersion,
    cores: info.NCPU,
    memoryMiB: Math.round(info.MemTotal / (1024 * 1024)),
    tried,
    message: `${title} ${version.Version} answers.`,
    fix: '',
    ...(notes.length === 0 ? {} : { notes }),
  };
}
