import type { DockerApi } from './docker-api.ts';
import { inspectNode } from './docker-list.ts';
import type { NodeSpec } from './engine.ts';
import { label } from './labels.ts';
import { LabError } from '../../shared/errors.ts';

/** Names of the volumes with our label of that lab. */
export async function volumes(api: DockerApi, lab: string): Promise<readonly string[]> {
  const answer = await api.json<{ readonly Volumes: readonly { readonly Name: string }[] | null }>({
    method: 'GET',
    path: '/volumes',
    query: { filters: { label: [`${label.lab}=${lab}`] } },
    what: 'list volumes',
  });
  return (answer.Volumes ?? [])
    .map(({ Name: name }) => name)
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** Removing what is not there is no error. */
export async function removeVolume(api: DockerApi, name: string): Promise<void> {
  const path = `/volumes/${encodeURIComponent(name)}`;
  await api.json({ method: 'DELETE', path, what: `remove the volume ${name}`, accept: [404] });
}

/**
 * Makes the volumes of a node. One of that name that is there already is taken over or made anew, as the node asks.
 * @returns the names of those that were made
 * @throws LabError 'engine/conflict' when a volume of that name is not this node's
 */
export async function makeVolumes(api: DockerApi, spec: NodeSpec): Promise<readonly string[]> {
  const made: string[] = [];
  for (const { name } of spec.volumes ?? []) {
    const labels = await volumeLabels(api, name);
    if (labels !== null) {
      if (labels[label.lab] !== spec.lab || labels[label.node] !== spec.node) {
        throw new LabError(
          'engine/conflict',
          `A volume named ${name} is there already, and it is not of ${spec.name}.`,
        );
      }
      if (spec.takesOver === true) continue;
      await removeVolume(api, name);
    }
    await api.json({
      method: 'POST',
      path: '/volumes/create',
      body: { Name: name, Labels: { ...spec.labels, [label.lab]: spec.lab, [label.node]: spec.node } },
      what: `create the volume ${name}`,
    });
    made.push(name);
  }
  return made;
}

/** Names of the volumes a node was made with. */
export async function volumesOf(api: DockerApi, id: string): Promise<readonly string[]> {
  const node = await inspectNode(api, id);
  const named = node?.labels[label.volumes];
  if (node === null || named === undefined) return [];
  const ours = await volumes(api, node.lab);
  return ours.filter((name) => named.includes(JSON.stringify(name)));
}

async function volumeLabels(api: DockerApi, name: string): Promise<Readonly<Record<string, string>> | null> {
  try {
    const path = `/volumes/${encodeURIComponent(name)}`;
    const what = `look at the volume ${name}`;
    const answer = await api.json<{ readonly Labels: Readonly<Record<string, string>> | null }>({
      method: 'GET',
      path,
      what,
    });
    return answer.Labels ?? {};
  } catch (error) {
    if (error instanceof LabError && error.code === 'engine/not-found') return null;
    throw error;
  }
}
