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
  /** The one that is shown: the file asked for, else the first that holds something, else the first; null when there is none. */
  readonly file: string | null;
  /** Its end. */
  readonly text: string;
}

/**
 * Log files of a node, and the end of one of them: of the one that is wanted, else of one that holds something.
 * @throws LabError 'input/unknown' for a node or file that is not there, 'node/not-running'
 */
export async function readLogs(
  engine: Pick<Engine, 'exec'>,
  lab: Found,
  nodeName: string,
  wanted: string | undefined,
): Promise<NodeLogs> {
  const node = lab.nodes.find((candidate) => candidate.node === nodeName);
  if (!node) throw new LabError('input/unknown', `There is no node "${nodeName}".`, { field: 'node' });
  // Of the folders some images have one only: what find says of the other is no failure.
  const find = ['find', ...folders, '-type', 'f', '-name', '*.log', '-printf', '%s %p\\n'];
  const found = (await engine.exec(node.id, find, { timeout })).stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ path: line.slice(line.indexOf(' ') + 1), isEmpty: line.startsWith('0 ') }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
  const files = found.map(({ path }) => path);
  if (wanted !== undefined && !files.includes(wanted))
    throw new LabError('input/unknown', `${nodeName} has no log "${wanted}".`, { field: 'file' });
  const file = wanted ?? found.find(({ isEmpty }) => !isEmpty)?.path ?? files[0] ?? null;
  if (file === null) return { files, file, text: '' };
  const tail = await engine.exec(node.id, ['tail', '-c', String(shownBytes), '--', file], { timeout });
  return { files, file, text: tail.stdout };
}
