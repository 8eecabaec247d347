import type { DockerApi } from './docker-api.ts';
import { label } from './labels.ts';

/** Names of the volumes with our label of that lab. */
export async function volumes(api: DockerApi, lab: string): Promise<readonly string[]> {
  const answer = await api.json<{ readonly Volumes: readonly { readonly Name: string }[] | null }>({
    method: 'GET',
    path: '/volumes',
    query: { filters: { label: [`${label.lab}=${lab}`] } },
    what: 'list volumes',
  });
  return (answer.Volumes ?? []).map(({ Name: name }) => name);
}

/** Removing what is not there is no error. */
export async function removeVolume(api: DockerApi, name: string): Promise<void> {
  const path = `/volumes/${encodeURIComponent(name)}`;
  await api.json({ method: 'DELETE', path, what: `remove the volume ${name}`, accept: [404] });
}
