import { expect, test } from 'vitest';
import { forwardingNotes } from './forwarding.ts';

const notes = (bridged: string | null, chain: string | null) =>
  forwardingNotes({ bridged: () => Promise.resolve(bridged), forward: () => Promise.resolve(chain) });
/** As Docker 20.10 and netavark 1.4 leave it. */
const dropping = `-P FORWARD DROP
-A FORWARD -j DOCKER-USER
-A FORWARD -i br-86db6618a61b -o br-86db6618a61b -j ACCEPT
-A FORWARD -m comment --comment "netavark firewall plugin rules" -j NETAVARK_FORWARD
`;

test('a policy that drops what is bridged is told with its fix', async () => {
  expect(await notes('1\n', dropping)).toEqual([
    {
      message: 'The packet filter of this machine drops what Podman’s nodes send each other.',
      why: expect.stringContaining('The policy of FORWARD is DROP') as string,
      fix: expect.stringMatching(/^(sudo )?iptables -I FORWARD -i podman\+ -o podman\+ -j ACCEPT$/) as string,
    },
  ]);
});

test('nothing is told where nothing is dropped', async () => {
  expect(await notes('1\n', dropping.replace('DROP', 'ACCEPT'))).toEqual([]);
  expect(await notes('1\n', dropping.replace('-A', '-A FORWARD -i podman+ -o podman+ -j ACCEPT\n-A'))).toEqual([]);
  expect(await notes('0\n', dropping)).toEqual([]);
  expect(await notes(null, dropping)).toEqual([]);
});

test('what could not be read is said to be not known, without a fix', async () => {
  expect(await notes('1\n', null)).toMatchObject([
    { message: expect.stringContaining('is not known') as string, fix: '' },
  ]);
});
