import { LabError } from '../../../../shared/errors.ts';
import type { Parameter } from '../../../../shared/request.ts';
import type { NodeCommand, Step } from '../../../flows/step.ts';
import type { FlowRequest, RecipeFlow } from '../../recipe.ts';
import { client } from '../commands.ts';
import type { Dialect } from '../dialect.ts';
import { checkName, entityOf, isFree, membersOf, nameFrom, peerOf, typed } from './asked.ts';

/** What is defined on each member and then created on all at once. */
interface Defined {
  readonly noun: 'storage pool' | 'network';
  readonly group: string;
  readonly verb: 'storage' | 'network';
  readonly id: string;
  /** A name that nothing has. */
  readonly name: string;
  /** After the name, also while it is defined. */
  readonly type: readonly string[];
  /** Only when it is created: no key of a member. */
  readonly config: readonly string[];
}

const pool: Defined = {
  ...{ noun: 'storage pool', group: 'Storage', verb: 'storage', id: 'storage-pool', name: 'data' },
  type: ['dir'],
  config: [],
};

const network: Defined = {
  ...{ noun: 'network', group: 'Networks', verb: 'network', id: 'network', name: 'my-network' },
  type: [],
  config: ['ipv6.address=none'],
};

export const poolFlows = (dialect: Dialect): readonly RecipeFlow[] => flowsOf(dialect, pool);
export const networkFlows = (dialect: Dialect): readonly RecipeFlow[] => flowsOf(dialect, network);

function flowsOf(dialect: Dialect, what: Defined): readonly RecipeFlow[] {
  const { noun, group, id } = what;
  const parameters: readonly Parameter[] = [
    { key: 'name', title: 'Name', help: '', type: 'text', default: what.name, max: 63, required: true },
  ];
  const info = { group, on: 'lab' as const, parameters };
  return [
    {
      info: {
        ...info,
        id,
        title: `Create a ${noun}`,
        help: `A ${noun} is first defined on every member, where it is pending, and then created on all at once.`,
      },
      check: checkName,
      plan: (asked) => create(dialect, what, asked, false),
    },
    {
      info: {
        ...info,
        id: `${id}-too-early`,
        title: `Create a ${noun} too early`,
        help: `The wrong order: created before the last member has defined it, it is refused with the names of those that lack. Then the right one.`,
      },
      check: checkName,
      plan: (asked) => create(dialect, what, asked, true),
    },
    {
      info: {
        ...info,
        id: `delete-${id}`,
        title: `Delete a ${noun}`,
        help: `Deletes it on all members, also while it is pending. One that is in use is refused.`,
        loses: `The ${noun}, on every member.`,
      },
      plan: (asked) => {
        const peer = peerOf(asked);
        const name = nameFrom(asked, 'name');
        return [
          typed('delete', `Delete ${name}`, [client(dialect, peer, what.verb, 'delete', name)]),
          typed('list', `List the ${noun}s`, [client(dialect, peer, what.verb, 'list')]),
        ];
      },
    },
  ];
}

function create(dialect: Dialect, what: Defined, asked: FlowRequest, early: boolean): readonly Step[] {
  const peer = peerOf(asked);
  const name = nameFrom(asked, 'name');
  const members = membersOf(asked);
  if (early && members.length < 2)
    throw new LabError('input/invalid', 'With one member there is no wrong order.', {
      field: 'flow',
      fix: 'Add a node.',
    });
  const say = (...words: string[]): NodeCommand => client(dialect, peer, what.verb, ...words);
  const define = (member: string) => say('create', '--target', member, name, ...what.type);
  const final = say('create', name, ...what.type, ...what.config);
  const there = entityOf(asked, what.noun, name);
  // A plan of a retry: some members have defined it by now. Only what was not there before may be taken back.
  const pending = there?.pending === true;
  const undo = !pending && isFree(asked, what.noun, name) === true ? { undo: [say('delete', name)] } : {};
  const lacks = (member: string) => !pending || !there.on.some(({ node }) => node === member);
  const first = (early ? members.slice(0, -1) : members).filter(lacks);
  const last = early ? members.slice(-1).filter(lacks) : [];
  return [
    ...(first.length === 0 ? [] : [typed('define', `Define ${name} on ${first.join(', ')}`, first.map(define), undo)]),
    typed('pending', `${name} is pending`, [say('list'), say('show', name)]),
    ...last.flatMap((member) => [
      typed('refused', `Create it, which is refused: ${member} has not defined it`, [
        { ...final, refused: true as const },
      ]),
      typed('define-last', `Define ${name} on ${member} too`, [define(member)]),
    ]),
    typed('create', `Create ${name} on all members`, [final]),
    typed('list', `List the ${what.noun}s`, [say('list')]),
  ];
}
