import { CONFIG_KEYS } from '../../api.ts';
import { exactly, type Command, type Invocation } from '../command.ts';
import { prefixed } from '../command-error.ts';

/** `microovn config …` */
export const config: Command = {
  name: 'config',
  short: 'Show and change the options of the cluster',
  commands: [
    {
      name: 'delete',
      usage: 'KEY',
      short: 'Unset an option',
      args: exactly(1),
      run: async ({ daemon, args: [key = ''], out }) => {
        await attempt('delete', key, () => daemon.call('DELETE /1.0/config', { query: { key } }));
        out(`Successfully deleted config option '${key}'\n`);
      },
    },
    {
      name: 'get',
      usage: 'KEY',
      short: 'Print the value of an option; nothing when it is not set',
      args: exactly(1),
      run: async ({ daemon, args: [key = ''], out }) => {
        const { value } = await attempt('get', key, () => daemon.call('GET /1.0/config', { query: { key } }));
        if (value !== null) out(`${value}\n`);
      },
    },
    {
      name: 'list',
      short: 'List the options there are',
      args: exactly(0),
      run: async ({ out }: Invocation) => {
        out(`Available options:\n${CONFIG_KEYS.join('\n')}\n`);
      },
    },
    {
      name: 'set',
      usage: 'KEY VALUE',
      short: 'Set an option',
      args: exactly(2),
      run: async ({ daemon, args: [key = '', value = ''], out }) => {
        await attempt('set', key, () => daemon.call('PUT /1.0/config', { body: { key, value } }));
        out(`Successfully set config option '${key}'\n`);
      },
    },
  ],
};

async function attempt<T>(verb: string, key: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw prefixed(thrown, `failed to ${verb} config option '${key}': `);
  }
}
