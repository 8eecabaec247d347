import { LabError } from '../../shared/errors.ts';
import type { EngineHealth } from '../../shared/engine.ts';
import type { Engine } from './engine.ts';
import { DockerApi } from './docker-api.ts';
import { attach } from './docker-attach.ts';
import { DockerEvents } from './docker-events.ts';
import { exec } from './docker-exec.ts';
import { copyFrom, copyInto } from './docker-files.ts';
import { askHealth } from './docker-health.ts';
import { buildImage, hasImage, importImage, listImages, pullImage, removeImage } from './docker-images.ts';
import { inspectNode, list } from './docker-list.ts';
import { connect, createNetwork, disconnect, removeNetwork, subnets } from './docker-networks.ts';
import { createNode, kill, pause, removeNode, start, stop, unpause } from './docker-nodes.ts';
import { Stats } from './docker-stats.ts';
import { removeVolume, volumes } from './docker-volumes.ts';

export interface DockerEngineOptions {
  /** Unix socket or Windows named pipe. */
  readonly socketPath: string;
  readonly kind: 'docker' | 'podman';
}

/** The engine behind a Docker socket; Podman's service speaks the same API (v1.41). Nothing is asked before the first call. */
export function createDockerEngine(options: DockerEngineOptions): Engine {
  const { kind, socketPath } = options;
  const api = new DockerApi(socketPath);
  const events = new DockerEvents(api);
  const stats = new Stats(api);
  return {
    traits: { kind, cli: kind, canPause: true, tun: true },
    health: () => health(api, kind, socketPath),

    hasImage: (tag) => hasImage(api, tag),
    pullImage: (tag, onLine, signal) => pullImage(api, tag, onLine, signal),
    importImage: (source, signal) => importImage(api, source, signal),
    buildImage: (source, onLine, signal) => buildImage(api, source, onLine, signal),
    removeImage: (tag) => removeImage(api, tag),
    listImages: () => listImages(api),

    createNetwork: (spec, signal) => createNetwork(api, spec, signal),
    removeNetwork: (name) => removeNetwork(api, name),
    subnets: () => subnets(api),

    createNode: (spec, signal) => createNode(api, kind, spec, signal),
    start: (id) => start(api, id),
    stop: (id, graceSeconds) => stop(api, id, graceSeconds),
    kill: (id) => kill(api, id),
    pause: (id) => pause(api, id),
    unpause: (id) => unpause(api, id),
    removeNode: (id, options) => removeNode(api, id, options),
    connect: (id, network, address) => connect(api, id, network, address),
    disconnect: (id, network) => disconnect(api, id, network),

    exec: (id, command, execOptions) => exec(api, id, command, execOptions),
    attach: (id, command, attachOptions) => attach(api, id, command, attachOptions),
    copyInto: (id, files) => copyInto(api, id, files),
    copyFrom: (id, path) => copyFrom(api, id, path),

    list: (lab) => list(api, kind, lab),
    look: (id) => inspectNode(api, id),
    events: (onEvent, onEnd, signal) => events.follow(onEvent, onEnd, signal),
    stats: (id) => stats.read(id),
    volumes: (lab) => volumes(api, lab),
    removeVolume: (name) => removeVolume(api, name),
    close: () => api.close(),
  };
}

async function health(api: DockerApi, kind: string, socketPath: string): Promise<EngineHealth> {
  try {
    return await askHealth(api, [`${socketPath}: answers`]);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return {
      state: error.code === 'engine/denied' ? 'denied' : 'stopped',
      engine: kind,
      version: null,
      apiVersion: null,
      cores: null,
      memoryMiB: null,
      tried: [`${socketPath}: ${error.message}`],
      message: error.message,
      fix: error.fix ?? '',
    };
  }
}
