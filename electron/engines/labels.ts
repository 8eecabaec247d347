import type { LabRequest } from '../../shared/request.ts';

/** Labels written once, read everywhere: the engine is the database. */
export const label = {
  lab: 'io.quorate.lab',
  recipe: 'io.quorate.recipe',
  node: 'io.quorate.node',
  role: 'io.quorate.role',
  /** The LabRequest as JSON. */
  spec: 'io.quorate.spec',
  /** Addresses by network name as JSON, e.g. `{"a-mgmt":"172.28.0.11"}`: what `restore` gives back. */
  addresses: 'io.quorate.addresses',
  /** Names of the volumes of a node as JSON, e.g. `["a-node-1-data"]`. */
  volumes: 'io.quorate.volumes',
  /** Version of this set of labels. */
  version: 'io.quorate.version',
} as const;

export const labelVersion = '1';

/** Labels of every object of a lab, with Compose's so that other tools group them. */
export function labLabels(request: LabRequest, part: { node?: string; role: string }): Record<string, string> {
  return {
    [label.lab]: request.name,
    [label.recipe]: request.recipe,
    [label.role]: part.role,
    [label.spec]: JSON.stringify(request),
    [label.version]: labelVersion,
    'com.docker.compose.project': request.name,
    ...(part.node === undefined ? {} : { [label.node]: part.node, 'com.docker.compose.service': part.node }),
  };
}
