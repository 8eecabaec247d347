import type { Explanation, NodeCommand } from '../../flows/step.ts';
import type { Dialect } from './dialect.ts';

type Known = readonly [RegExp, (node: string, dialect: Dialect) => Explanation];

/**
 * What LXD's less helpful errors mean, in plain words; the error itself stays as it was printed. Texts of LXD 5.0.2 and Incus 6.0.4, as
 * recorded in `test/fixtures/lxd/`.
 */
const errors: readonly Known[] = [
  [
    /This server is already clustered/,
    (node) => ({ message: `${node} is a member already.`, fix: 'Retry: what is a member is left alone.' }),
  ],
  [
    /certificate is valid for 127\.0\.0\.1/,
    (_node, { folder }) => ({
      message:
        'The certificate is that of one server, or of a node that was emptied while it still is a member: neither is the cluster’s.',
      fix: `The cluster’s is ${folder}/cluster.crt on a member. An emptied node that is still listed is to be removed by force first.`,
    }),
  ],
  [
    /Failed to add server cert to cluster: not authorized/,
    (node) => ({
      message: `The trust password that ${node} gave is not the cluster’s.`,
      fix: 'Set `core.trust_password` on a member, then retry: the node can join at once.',
    }),
  ],
  [
    /No matching cluster join operation found/,
    (node) => ({
      message: `The token for ${node} was used, was replaced or has expired.`,
      fix: 'Retry: a new one is made.',
    }),
  ],
  [
    /The cluster already has a member with (name|address)/,
    (node, { client }) => ({
      message: `The cluster still has a member of that name or address, and it is not ${node} as it is now.`,
      fix: `\`${client} cluster remove ${node} --force --yes\` on a member, then retry.`,
    }),
  ],
  [
    /Cluster member not found/,
    (_node, { admin }) => ({
      message: 'No member of that name is listed. A join that never ended leaves a row that no list shows.',
      fix: `\`${admin.join(' ')} sql global "SELECT name, state FROM nodes"\` shows it with state 1 (pending).`,
    }),
  ],
  [
    /no available dqlite leader server found|failed to create dqlite connection/,
    () => ({
      message: 'The database has no leader: too few of its voters answer, or an election is under way.',
      fix: 'Start the missing voters, or recover from quorum loss.',
    }),
  ],
  [
    /server has lost leadership/,
    (node) => ({
      message: `${node} led the database and found nobody to hand it over to.`,
      fix: 'Remove another member, or add one first.',
    }),
  ],
  [
    /[Nn]ode still has the following|Unable to connect to: .*no route to host/,
    (_node, { client }) => ({
      message: 'The member still holds something, or does not answer.',
      fix: `Move or delete what it holds; one that is dead leaves by \`${client} cluster remove NAME --force --yes\`.`,
    }),
  ],
  [
    /dial unix .*(no such file|connection refused)/,
    (node, { title, service }) => ({
      message: `The ${title} daemon on ${node} does not run.`,
      fix: `\`sv up ${service}\` there; its log says why it ended.`,
    }),
  ],
  [
    /context deadline exceeded/,
    (node, { title }) => ({ message: `${title} on ${node} waited for another member and got no answer.` }),
  ],
];

/** For the steps of a plan. */
export function explainer(dialect: Dialect) {
  return (output: string, command: NodeCommand, timedOut: boolean): Explanation | null => {
    if (timedOut && command.words.includes('--preseed')) {
      return {
        message: `The join of ${command.node} hangs: ${dialect.title} gives it no limit of its own.`,
        fix: `Retry: ${command.node} is emptied and joins anew; the row its join left in the table \`nodes\` (state 1, shown by no list) is deleted then.`,
      };
    }
    return errors.find(([pattern]) => pattern.test(output))?.[1](command.node, dialect) ?? null;
  };
}
