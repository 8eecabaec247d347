import type { FoundNetwork, NetworkSpec } from './engine.ts';
import type { DockerApi } from './docker-api.ts';
import { LabError } from '../../shared/errors.ts';
import { label } from './labels.ts';

/** What `GET /networks` says of one network (Engine API v1.41 NetworkList). */
interface NetworkAnswer {
  readonly Id: string;
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly IPAM: { readonly Config: readonly { readonly Subnet?: string }[] | null } | null;
}

/** @throws LabError 'engine/subnet-taken' | 'engine/conflict' */
export async function createNetwork(api: DockerApi, spec: NetworkSpec, signal: AbortSignal): Promise<FoundNetwork> {
  const labels = { [label.lab]: spec.lab, [label.role]: spec.role, ...spec.labels };
  const answer = await api.json<{ readonly Id: string }>({
    method: 'POST',
    path: '/networks/create',
    body: {
      Name: spec.name,
      // Without it Docker 20.10 makes a second network of the same name.
      CheckDuplicate: true,
      Driver: 'bridge',
      Internal: spec.internal,
      IPAM: { Driver: 'default', Config: [{ Subnet: spec.subnet }] },
      Labels: labels,
    },
    what: `create the network ${spec.name}`,
    subnet: spec.subnet,
    signal,
  });
  return { id: answer.Id, name: spec.name, lab: spec.lab, subnet: spec.subnet, labels };
}

/** @throws LabError 'engine/conflict' while nodes are attached to it */
export async function removeNetwork(api: DockerApi, name: string): Promise<void> {
  try {
    await remove(api, name);
  } catch (error) {
    if (!says(error, /ambiguous/i)) throw error;
    // Docker 20.10 makes two networks of one name when asked twice in the same moment, CheckDuplicate or not.
    const twins = (await listNetworks(api)).filter((network) => network.name === name);
    await Promise.all(twins.map(({ id }) => remove(api, id)));
  }
}

async function remove(api: DockerApi, name: string): Promise<void> {
  try {
    await api.json({
      method: 'DELETE',
      path: `/networks/${encodeURIComponent(name)}`,
      what: `remove the network ${name}`,
      accept: [404],
    });
  } catch (error) {
    // Docker says 403 for a network with endpoints, Podman 500.
    if (error instanceof LabError && /active endpoints|being used|in use/i.test(error.detail ?? '')) {
      throw new LabError('engine/conflict', `Nodes are still attached to the network ${name}.`, {
        cause: error,
        ...(error.detail === undefined ? {} : { detail: error.detail }),
      });
    }
    throw error;
  }
}

/** All subnets of all networks, IPv4 and IPv6. */
export async function subnets(api: DockerApi): Promise<readonly { readonly subnet: string; readonly name: string }[]> {
  const networks = await api.json<NetworkAnswer[]>({ method: 'GET', path: '/networks', what: 'list networks' });
  return networks.flatMap((network) =>
    (network.IPAM?.Config ?? []).flatMap(({ Subnet: subnet }) =>
      subnet === undefined || subnet === '' ? [] : [{ subnet, name: network.Name }],
    ),
  );
}

/** Networks with our label by name; of one lab, or of all. */
export async function listNetworks(api: DockerApi, lab?: string): Promise<readonly FoundNetwork[]> {
  const networks = await api.json<NetworkAnswer[]>({
    method: 'GET',
    path: '/networks',
    query: { filters: { label: [lab === undefined ? label.lab : `${label.lab}=${lab}`] } },
    what: 'list networks',
  });
  // Docker answers in another order each time.
  return networks
    .map((network) => ({
      id: network.Id,
      name: network.Name,
      lab: network.Labels?.[label.lab] ?? '',
      subnet: network.IPAM?.Config?.[0]?.Subnet ?? '',
      labels: network.Labels ?? {},
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
}

/** Attaches a node to a network with a static address. Attached already is no error. */
export async function connect(api: DockerApi, id: string, network: string, address: string): Promise<void> {
  try {
    await api.json({
      method: 'POST',
      path: `/networks/${encodeURIComponent(network)}/connect`,
      body: { Container: id, EndpointConfig: { IPAMConfig: { IPv4Address: address } } },
      what: `attach the node to ${network}`,
    });
  } catch (error) {
    if (!says(error, /already exists in network|already (connected|attached)|is already/i)) throw error;
  }
}

/** Detaches a node. Not attached is no error. */
export async function disconnect(api: DockerApi, id: string, network: string): Promise<void> {
  try {
    await api.json({
      method: 'POST',
      path: `/networks/${encodeURIComponent(network)}/disconnect`,
      body: { Container: id, Force: false },
      what: `detach the node from ${network}`,
    });
  } catch (error) {
    if (!says(error, /is not connected to/i)) throw error;
  }
}

function says(error: unknown, words: RegExp): boolean {
  return error instanceof LabError && words.test(error.detail ?? '');
}
