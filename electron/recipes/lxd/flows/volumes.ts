import { LabError } from '../../../../shared/errors.ts';
import type { Parameter } from '../../../../shared/request.ts';
import type { FlowRequest, RecipeFlow } from '../../recipe.ts';
import { client } from '../commands.ts';
import type { Dialect } from '../dialect.ts';
import { checkName, isFree, membersOf, nameFrom, peerOf, typed } from './asked.ts';

const text = { type: 'text', max: 63, required: true, help: '' } as const;
const parameters: readonly Parameter[] = [
  { ...text, key: 'pool', title: 'Storage pool', default: 'default' },
  { ...text, key: 'name', title: 'Name', default: 'web' },
];

/** Two volumes of one name on two members, and what has to be said then. */
export function volumeFlows(dialect: Dialect): readonly RecipeFlow[] {
  const say = (peer: string, ...words: readonly string[]) => client(dialect, peer, 'storage', 'volume', ...words);
  return [
    {
      info: {
        id: 'same-volumes',
        title: 'Create two volumes of one name',
        help: 'A volume lives on one member, so two members may each have one of the same name. Then a command without `--target` is refused, and with it each is shown.',
        ...{ group: 'Storage', on: 'lab', parameters },
      },
      check: checkName,
      plan: (asked) => {
        const [peer, pool, name] = [peerOf(asked), nameFrom(asked, 'pool'), nameFrom(asked, 'name')];
        const two = twoMembers(asked);
        const free = isFree(asked, 'custom volume', name) === true;
        const targeted = (verb: string) => two.map((member) => say(peer, verb, pool, name, '--target', member));
        return [
          typed(
            'create',
            `Create ${name} on ${two.join(' and ')}`,
            targeted('create'),
            free ? { undo: targeted('delete') } : {},
          ),
          typed('list', 'List the volumes', [say(peer, 'list', pool)]),
          typed('refused', `Show ${name}, which is refused: which one?`, [
            { ...say(peer, 'show', pool, name), refused: true as const },
          ]),
          typed('show', 'Show each', targeted('show')),
        ];
      },
    },
    {
      info: {
        id: 'delete-volumes',
        title: 'Delete both volumes',
        help: 'Deletes a volume of that name on the first two members.',
        ...{ group: 'Storage', on: 'lab', parameters },
        loses: 'Both volumes with what is in them.',
      },
      plan: (asked) => {
        const [peer, pool, name] = [peerOf(asked), nameFrom(asked, 'pool'), nameFrom(asked, 'name')];
        const commands = twoMembers(asked).map((member) => say(peer, 'delete', pool, name, '--target', member));
        return [
          typed('delete', `Delete ${name} on both`, commands),
          typed('list', 'List the volumes', [say(peer, 'list', pool)]),
        ];
      },
    },
  ];
}

function twoMembers(asked: FlowRequest): readonly string[] {
  const two = membersOf(asked).slice(0, 2);
  if (two.length === 2) return two;
  throw new LabError('input/invalid', 'It takes two members.', { field: 'flow', fix: 'Add a node.' });
}
