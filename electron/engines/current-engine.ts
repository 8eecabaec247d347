import type { Engine } from './engine.ts';
import type { EngineWatch } from './engine-watch.ts';

/**
 * An Engine that stands for whichever there is at the moment of each call, so that the rest is built once, before an engine is found.
 * Without one: calls throw `engine/unreachable` or `engine/denied`, `list` tells it in `missing`, `health` tells what is known, and
 * `events` waits for an engine instead of failing, so that whoever lost its events (`onEnd`) simply asks for them again.
 */
export function currentEngine(watch: EngineWatch): Engine {
  const now = () => watch.engine();
  return {
    get traits() {
      return now().traits;
    },
    health: () => watch.look(),

    hasImage: async (tag) => now().hasImage(tag),
    pullImage: async (tag, onLine, signal) => now().pullImage(tag, onLine, signal),
    importImage: async (source, signal) => now().importImage(source, signal),
    buildImage: async (source, onLine, signal) => now().buildImage(source, onLine, signal),
    removeImage: async (tag) => now().removeImage(tag),
    listImages: async () => now().listImages(),

    createNetwork: async (spec, signal) => now().createNetwork(spec, signal),
    removeNetwork: async (name) => now().removeNetwork(name),
    subnets: async () => now().subnets(),

    createNode: async (spec, signal) => now().createNode(spec, signal),
    start: async (id) => now().start(id),
    stop: async (id, graceSeconds) => now().stop(id, graceSeconds),
    kill: async (id) => now().kill(id),
    pause: async (id) => now().pause(id),
    unpause: async (id) => now().unpause(id),
    removeNode: async (id, options) => now().removeNode(id, options),
    connect: async (id, network, address) => now().connect(id, network, address),
    disconnect: async (id, network) => now().disconnect(id, network),

    exec: async (id, command, options) => now().exec(id, command, options),
    attach: async (id, command, options) => now().attach(id, command, options),
    copyInto: async (id, files) => now().copyInto(id, files),
    copyFrom: async (id, path) => now().copyFrom(id, path),

    list: async (lab) => {
      const health = watch.current();
      if (health.state !== 'ready') return { nodes: [], networks: [], missing: [health.message] };
      return now().list(lab);
    },
    look: async (id) => now().look(id),
    events: async (onEvent, onEnd, signal) => {
      const engine = await watch.whenReady(signal);
      return engine.events(onEvent, onEnd, signal);
    },
    stats: async (id) => now().stats(id),
    volumes: async (lab) => now().volumes(lab),
    removeVolume: async (name) => now().removeVolume(name),
    close: () => void watch.close(),
  };
}
