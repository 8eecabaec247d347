import type { NodeSpec } from './engine.ts';
import type { DockerApi } from './docker-api.ts';
import { needsConfig } from './docker-needs.ts';
import { connect } from './docker-networks.ts';
import { makeVolumes, removeVolume, volumesOf } from './docker-volumes.ts';
import { label } from './labels.ts';
import { LabError } from '../../shared/errors.ts';

/**
 * The body of `POST /containers/create` for a node: no capability but the needs, no new privileges, limits on memory (without swap),
 * processes and open files, `/run` fresh at each start (ovn-ctl trusts stale pid files), an init that reaps, a log that stays small.
 */
export function nodeBody(spec: NodeSpec, kind: 'docker' | 'podman'): object {
  const first = spec.networks[0];
  const memory = spec.memoryMiB * 1024 * 1024;
  const addresses = Object.fromEntries(spec.networks.map(({ name, address }) => [name, address]));
  return {
    Image: spec.image,
    Hostname: spec.node,
    Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`),
    Labels: {
      [label.lab]: spec.lab,
      [label.node]: spec.node,
      [label.addresses]: JSON.stringify(addresses),
      ...(spec.volumes === undefined ? {} : { [label.volumes]: JSON.stringify(spec.volumes.map(({ name }) => name)) }),
      ...spec.labels,
    },
    HostConfig: {
      NetworkMode: first?.name ?? 'none',
      ...needsConfig(spec.needs, kind),
      Init: true,
      PidsLimit: spec.pids,
      Memory: memory,
      MemorySwap: memory,
      Ulimits: kind === 'podman' ? [limit('nofile'), limit('nproc')] : [limit('nofile')],
      ...(spec.volumes === undefined
        ? {}
        : { Mounts: spec.volumes.map(({ name, path }) => ({ Type: 'volume', Source: name, Target: path })) }),
      Tmpfs: { '/run': 'rw,nosuid,nodev,noexec,mode=755,size=64m' },
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '5m' } },
    },
    NetworkingConfig: {
      EndpointsConfig: first === undefined ? {} : { [first.name]: { IPAMConfig: { IPv4Address: first.address } } },
    },
  };
}

/**
 * 4096 is the kernel's own hard limit of open files: lower than any engine's, so it may always be set. Podman asks for more processes
 * than a service without CAP_SYS_RESOURCE may give, unless it is told a number.
 */
function limit(name: 'nofile' | 'nproc'): object {
  return { Name: name, Soft: 4096, Hard: 4096 };
}

/**
 * Creates without starting, all networks attached. Podman names the interfaces in the order given. Docker names them anew at each start:
 * networks with a way out before internal ones, then by name (libnetwork sandbox.go `epHeap.Less`), whatever is asked; so a node's
 * programs find their interfaces by subnet.
 * @throws LabError 'engine/conflict' | 'image/unavailable'
 */
export async function createNode(
  api: DockerApi,
  kind: 'docker' | 'podman',
  spec: NodeSpec,
  signal: AbortSignal,
): Promise<string> {
  const made = await makeVolumes(api, spec);
  let id: string | undefined;
  try {
    ({ Id: id } = await api.json<{ readonly Id: string }>({
      method: 'POST',
      path: '/containers/create',
      query: { name: spec.name },
      body: nodeBody(spec, kind),
      what: `create the node ${spec.name}`,
      timeout: 60_000,
      signal,
    }));
    // One after the other: API 1.41 takes one endpoint at create, and Podman would name several in no order.
    for (const network of spec.networks.slice(1)) await connect(api, id, network.name, network.address);
    return id;
  } catch (error) {
    if (id !== undefined) await removeNode(api, id, { keepVolumes: true });
    // Fails where the node was made all the same, e.g. by a call that was cancelled: they go with it.
    await removeVolumes(api, made).catch(() => undefined);
    throw error;
  }
}

/** Starting what runs is no error. */
export async function start(api: DockerApi, id: string): Promise<void> {
  await api.json({ method: 'POST', path: `/containers/${id}/start`, what: 'start the node', accept: [304] });
}

/** SIGTERM, then SIGKILL after the grace. Stopping what does not run is no error. */
export async function stop(api: DockerApi, id: string, graceSeconds: number): Promise<void> {
  await whileFrozen(api, id, () =>
    api.json({
      method: 'POST',
      path: `/containers/${id}/stop`,
      query: { t: graceSeconds },
      what: 'stop the node',
      accept: [304],
      timeout: graceSeconds * 1000 + 30_000,
    }),
  );
}

/** SIGKILL. Killing what does not run is no error. */
export async function kill(api: DockerApi, id: string): Promise<void> {
  try {
    await whileFrozen(api, id, () =>
      api.json({ method: 'POST', path: `/containers/${id}/kill`, query: { signal: 'SIGKILL' }, what: 'kill the node' }),
    );
  } catch (error) {
    if (!(error instanceof LabError && error.code === 'node/not-running')) throw error;
  }
}

/** Pausing what is paused is no error. @throws LabError 'node/not-running' */
export async function pause(api: DockerApi, id: string): Promise<void> {
  await inState(api, id, 'paused', () =>
    api.json({ method: 'POST', path: `/containers/${id}/pause`, what: 'pause the node' }),
  );
}

/** Resuming what runs is no error. @throws LabError 'node/not-running' */
export async function unpause(api: DockerApi, id: string): Promise<void> {
  await inState(api, id, 'running', () =>
    api.json({ method: 'POST', path: `/containers/${id}/unpause`, what: 'resume the node' }),
  );
}

/** Removes the node, running or not, with its volumes unless they are kept; returns when all is gone. */
export async function removeNode(
  api: DockerApi,
  id: string,
  { keepVolumes = false }: { readonly keepVolumes?: boolean } = {},
): Promise<void> {
  const names = keepVolumes ? [] : await volumesOf(api, id);
  await removeContainer(api, id);
  await removeVolumes(api, names);
}

async function removeVolumes(api: DockerApi, names: readonly string[]): Promise<void> {
  for (const name of names) await removeVolume(api, name);
}

async function removeContainer(api: DockerApi, id: string): Promise<void> {
  try {
    await whileFrozen(api, id, () =>
      api.json({
        method: 'DELETE',
        path: `/containers/${id}`,
        query: { force: true, v: true },
        what: 'remove the node',
        accept: [404],
        timeout: 60_000,
      }),
    );
  } catch (error) {
    if (!(error instanceof LabError && error.code === 'engine/conflict')) throw error;
    // Somebody else removes it at this moment: done when they are.
    await api.json({
      method: 'POST',
      path: `/containers/${id}/wait`,
      query: { condition: 'removed' },
      what: 'wait for the removal of the node',
      accept: [404],
      timeout: 60_000,
    });
  }
}

async function engineState(api: DockerApi, id: string): Promise<string> {
  const what = 'look at the node';
  const answer = await api.json<{ readonly State: { readonly Status: string } }>({
    method: 'GET',
    path: `/containers/${id}/json`,
    what,
  });
  return answer.State.Status;
}

async function inState(api: DockerApi, id: string, wanted: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const state = await engineState(api, id);
    if (state === wanted) return;
    if (state === 'running' || state === 'paused' || !(error instanceof LabError)) throw error;
    throw new LabError('node/not-running', `The node is not running (${state}).`, { cause: error });
  }
}

/** Podman refuses to end what is paused; Docker does not. */
async function whileFrozen(api: DockerApi, id: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof LabError) || error.code === 'cancelled') throw error;
    if (!/paused/i.test(error.detail ?? '')) throw error;
    await unpause(api, id);
    await act();
  }
}
