import { clockTime } from '../../lib/format.ts';

/** What a product keeps on its members: the layer on the canvas, the sections of the side panel. */
export const entityWords = {
  layers: { management: 'Management', networks: 'Networks', tunnels: 'Tunnels', logical: 'Logical' },
  entities: {
    layer: 'Objects',
    title: 'Objects',
    onNode: (node: string) => `On ${node}`,
    more: (what: string) => `and ${what} more`,
    onAll: (nodes: number) => `all ${String(nodes)} nodes`,
    onNone: 'on no node',
    at: (what: string, node: string) => `${what} on ${node}`,
    none: 'Nothing is kept here yet.',
    noneText: 'No instance, storage pool or network is known.',
    unasked: 'Not known yet.',
    unheard: (source: string) => `Not known. ${source} has not answered yet.`,
    silent: (source: string) => `Not known. ${source} does not answer.`,
    asOf: (at: number) => `as of ${clockTime(at)}; now it is not known`,
    unformed: 'No node is a member yet.',
    unformedTry: 'Form it by hand: in the shell of a node, type',
    unformedText: 'These nodes are fresh: nothing was formed, as asked for.',
  },
} as const;
