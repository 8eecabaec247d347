import type { DatabaseView } from '../../shared/database.ts';
import type { Warning } from '../../shared/lab.ts';
import { quorumOf, type Quorum } from '../../shared/quorum.ts';
import type { Lasting } from './lasting.ts';

/** Milliseconds: followers hear of a new leader one after the other. */
const disagreementLasts = 1000;

/** Who thinks who leads, where that differs for longer than it takes to hear of it. */
export function disagreement(database: DatabaseView, lasting: Lasting): readonly Warning[] {
  const sentence = quorumOf(database).disagreement;
  if (sentence === null || !lasting.lasts(`${database.id} disagreement`, disagreementLasts)) return [];
  return [{ code: 'database/disagreement', message: sentence, database: database.id }];
}

/** What brings the voters back that are away, by why they are, e.g. `Start node-2 · Resume node-3`; empty when none is. */
export function remedies(database: DatabaseView, quorum: Quorum): string {
  const away = quorum.members.filter((node) => !quorum.voting.includes(node));
  return away.map((node) => remedy(node, database)).join(' · ');
}

function remedy(node: string, { replicas }: DatabaseView): string {
  const replica = replicas.find((one) => one.node === node);
  if (replica?.kind === 'frozen') return `Resume ${node}`;
  if (replica?.kind === 'gone') return `Start ${node}`;
  return replica?.answers === true ? `Let ${node} reach the others` : `Restart ${node}`;
}
