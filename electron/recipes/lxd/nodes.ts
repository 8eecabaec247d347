import type { LabRequest } from '../../../shared/request.ts';
import type { Need } from '../../engines/engine.ts';
import type { NodeKind, NodePlace } from '../lab-objects.ts';
import type { NetworkRole, Subnets } from '../recipe.ts';

/** Without routes to the outside: the daemon else asks the internet for lists of instance types and images. */
const management = { role: 'mgmt', title: 'Management', internal: true } as const;
const api = { role: 'api', title: 'API', internal: true } as const;

export type LxdSubnets = Subnets;
export type LxdPlace = NodePlace;

export function lxdNetworks({ settings }: Pick<LabRequest, 'settings'>): readonly NetworkRole[] {
  return settings['separate'] === true ? [management, api] : [management];
}

/** Address for cluster traffic. */
export const clusterAddress = ({ address }: LxdPlace) => address['mgmt'] ?? '';

/** Address for clients; null where it is the same. */
export const apiAddress = ({ address }: LxdPlace) => address['api'] ?? null;

/** Of the cluster, bridges and pools: tried one by one, see `resources/images/lxd/README.md`. */
const needs: readonly Need[] = ['net-admin', 'net-raw', 'net-settings', 'all-files', 'other-users', 'low-ports'];

/** A node with the daemon; to run instances it may do more. */
export function lxdNode(request: LabRequest, image: string): NodeKind {
  return {
    image,
    networks: lxdNetworks(request),
    needs: request.settings['instances'] === true ? [...needs, 'containers'] : needs,
    pids: 1024,
    // `/var/lib/lxd`, `/var/lib/incus`: its image may change under it.
    data: `/var/lib/${request.recipe}`,
    environment: (place) => ({
      QUORATE_MGMT: clusterAddress(place),
      ...(apiAddress(place) === null ? {} : { QUORATE_API: apiAddress(place) ?? '' }),
    }),
  };
}
