import { LabError } from '../shared/errors.ts';
import type { Engine, Found } from './engines/engine.ts';

/** Where the daemons of our images write: OVN's and Open vSwitch's own places, and the snap's. */
const folders = ['/var/log/ovn', '/var/log/openvswitch', '/var/snap/microovn/common/logs'];

/** Newest bytes that are shown of a file. */
const shownBytes = 256 * 1024;

const timeout = 5000;

export interface NodeLogs {
  /** Absolute paths in the node, sorted. */
  readonly files: readonly string[];
  /** End of the file asked for; empty when none was. */
  readonly text: string;
}

/**
 * Log files of a node, and the end of one of them.
 * @throws LabError 'input/unknown' for a node or file that is not there, 'node/not-running'
 */
export async function readLogs(
  engine: Pick<Engine, 'exec'>,
  found: Found,
  nodeName: string,
  file: string | undefined,
): Promise<NodeLogs> {
  const node = found.nodes.find((candidate) => candidate.node === nodeName);
  if (!node) throw new LabError('input/unknown', `There is no node "${nodeName}".`, { field: 'node' });
  // Of the folders some images have one only: what find says of the other is no failure.
  const find = ['find', ...folders, '-type', 'f', '-name', '*.log'];
  const files = (await engine.exec(node.id, find, { timeout })).stdout
    .split('\n')
    .filter((path) => path !== '')
    .sort();
  if (file === undefined) return { files, text: '' };
  if (!files.includes(file))
    throw new LabError('input/unknown', `${nodeName} has no log "${file}".`, { field: 'file' });
  const tail = await engine.exec(node.id, ['tail', '-c', String(shownBytes), '--', file], { timeout });
  return { files, text: tail.stdout };
}
