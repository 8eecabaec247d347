import type { Explanation, NodeCommand } from '../../flows/step.ts';

/**
 * What the product's less helpful messages mean, in plain words. The texts matched are microcluster's (facts of its CLI: a used, an
 * unknown and a purged token all read `CoreTokenRecord not found`).
 */
export function explain(output: string, { node }: NodeCommand): Explanation | null {
  const known: readonly (readonly [RegExp, Explanation])[] = [
    [
      /CoreTokenRecord not found|Token expired/,
      { message: `The token for ${node} was used or has expired.`, fix: 'Retry: a new one is made.' },
    ],
    [
      /does not contain join token name/,
      { message: `The token names another node than ${node}. Nothing joined; the token is still good.` },
    ],
    [
      /entry already exists/,
      {
        message: `The cluster still has a member named ${node}.`,
        fix: `\`microovn cluster remove ${node} --force\`, then retry.`,
      },
    ],
    [
      /UNIQUE constraint failed: core_token_records/,
      { message: 'A token for that name is still waiting to be used.', fix: 'Retry: the old one is taken back.' },
    ],
    [/Database is online/, { message: `${node} is a member already.` }],
    [
      /control\.socket.*(no such file|connection refused)/s,
      { message: `The daemon on ${node} does not run.`, fix: 'Look at its log, then retry.' },
    ],
    [
      /Found no voters to transfer leadership to/,
      {
        message: 'No other member could take the vote it has: without it there would be no cluster database.',
        fix: 'Start another member, then retry.',
      },
    ],
    [
      /was removed from the cluster by force/,
      {
        message: `${node} was removed while it was away.`,
        fix: `\`microovn cluster remove ${node}\` on ${node}, then retry.`,
      },
    ],
    [/Database is not yet initialized/, { message: `${node} belongs to no cluster yet.` }],
    [/join attempts were unsuccessful/, { message: `${node} reached no member at the addresses of its token.` }],
  ];
  return known.find(([pattern]) => pattern.test(output))?.[1] ?? null;
}
