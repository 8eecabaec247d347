import { LabError } from '../../shared/errors.ts';
import type { NodeState } from '../../shared/lab.ts';
import type { Found, FoundNode } from './engine.ts';
import type { DockerApi } from './docker-api.ts';
import { listNetworks } from './docker-networks.ts';
import { label } from './labels.ts';

/** What `GET /containers/{id}/json` says of one node (Engine API v1.41 ContainerInspect). */
export interface ContainerAnswer {
  readonly Id: string;
  /** With a slash before it, e.g. `/microovn-1-node-1`. */
  readonly Name: string;
  readonly Created: string;
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    /** `0001-01-01T00:00:00Z` when it never was. */
    readonly StartedAt: string;
    readonly FinishedAt: string;
  };
  readonly Config: { readonly Labels: Readonly<Record<string, string>> | null };
  /** In bytes. */
  readonly HostConfig: { readonly Memory: number };
  readonly NetworkSettings: {
    readonly Networks: Readonly<
      Record<
        string,
        { readonly IPAddress: string; readonly IPAMConfig: { readonly IPv4Address?: string } | null } | undefined
      >
    > | null;
  };
}

/** Everything with our label, of one lab or of all, in any state. An engine that cannot be asked is named in `missing`. */
export async function list(api: DockerApi, engine: string, lab?: string): Promise<Found> {
  try {
    const [nodes, networks] = await Promise.all([listNodes(api, lab), listNetworks(api, lab)]);
    return { nodes, networks, missing: [] };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { nodes: [], networks: [], missing: [`${engine}: ${error.message}`] };
  }
}

async function listNodes(api: DockerApi, lab?: string): Promise<readonly FoundNode[]> {
  const listed = await api.json<{ readonly Id: string }[]>({
    method: 'GET',
    path: '/containers/json',
    query: { all: true, filters: { label: [lab === undefined ? label.lab : `${label.lab}=${lab}`] } },
    what: 'list nodes',
  });
  const nodes = await Promise.all(listed.map(({ Id: id }) => inspectNode(api, id)));
  return nodes.filter((node) => node !== null).sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** One node, or null when it is gone or not ours. */
export async function inspectNode(api: DockerApi, id: string): Promise<FoundNode | null> {
  try {
    return readNode(
      await api.json<ContainerAnswer>({ method: 'GET', path: `/containers/${id}/json`, what: 'look at the node' }),
    );
  } catch (error) {
    if (error instanceof LabError && error.code === 'engine/not-found') return null;
    throw error;
  }
}

/** Null for a container without our label. */
export function readNode(answer: ContainerAnswer): FoundNode | null {
  const labels = answer.Config.Labels ?? {};
  const lab = labels[label.lab];
  if (lab === undefined) return null;
  const state = nodeState(answer.State.Status);
  const name = answer.Name.replace(/^\//, '');
  const addresses = labelledAddresses(labels);
  const networks = Object.entries(answer.NetworkSettings.Networks ?? {});
  const since = { created: answer.Created, running: answer.State.StartedAt, stopped: answer.State.FinishedAt };
  return {
    id: answer.Id,
    name,
    lab,
    node: labels[label.node] ?? name,
    state,
    since: state === 'created' || state === 'running' || state === 'stopped' ? time(since[state]) : null,
    exitCode: state === 'stopped' ? answer.State.ExitCode : null,
    createdAt: time(answer.Created) ?? 0,
    memoryMiB: Math.round(answer.HostConfig.Memory / (1024 * 1024)),
    labels,
    attached: networks
      .filter(([network]) => network !== 'none')
      .map(([network, endpoint]) => ({
        network,
        // A stopped node has no address in use; Docker remembers the static one, Podman's labels do.
        address: endpoint?.IPAMConfig?.IPv4Address || endpoint?.IPAddress || addresses[network] || '',
      }))
      .sort((a, b) => a.network.localeCompare(b.network)),
  };
}

function nodeState(status: string): NodeState {
  switch (status) {
    case 'created':
    case 'configured':
    case 'initialized':
      return 'created';
    case 'running':
    case 'restarting':
    case 'stopping':
      return 'running';
    case 'paused':
      return 'paused';
    default:
      return 'stopped';
  }
}

function labelledAddresses(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  try {
    const value: unknown = JSON.parse(labels[label.addresses] ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, string>) : {};
  } catch {
    return {};
  }
}

function time(iso: string): number | null {
  const millis = Date.parse(iso);
  return Number.isNaN(millis) || millis <= 0 ? null : millis;
}
