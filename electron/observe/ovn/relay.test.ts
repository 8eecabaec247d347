import { afterEach, expect, test, vi } from 'vitest';
import type { NodeSocket, NodeSockets } from '../node-sockets.ts';
import { Relay } from './relay.ts';

/** Sockets that do what a test says: each one opened is kept. */
function fakeSockets() {
  interface Opened {
    text: (text: string) => void;
    absent: () => void;
    close: (reason: string) => void;
  }
  const opened: Opened[] = [];
  const open = (): NodeSocket => {
    const one: Opened = { text: () => {}, absent: () => {}, close: () => {} };
    opened.push(one);
    return {
      write: () => {},
      onText: (listener) => (one.text = listener),
      onAbsent: (listener) => (one.absent = listener),
      onClose: (listener) => (one.close = listener),
      close: () => {},
    };
  };
  return { opened, sockets: { open } as unknown as NodeSockets };
}

const relays: Relay[] = [];
afterEach(() => {
  for (const relay of relays.splice(0)) relay.close();
});
function relay() {
  const { opened, sockets } = fakeSockets();
  const made = new Relay({
    sockets,
    socket: '/run/db.sock',
    name: 'OVN_Northbound on node-1',
    now: () => 5,
    probe: null,
    onSession: () => {},
    onChange: () => {},
  });
  relays.push(made);
  return { relay: made, opened };
}

test('asks until the first word, and no longer once a question failed', async () => {
  const heard = relay();
  expect(heard.relay.asking).toBe(true);
  heard.opened[0]?.text('{"id":1,"result":[],"error":null}');
  expect([heard.relay.asking, heard.relay.answers]).toEqual([false, true]);
  heard.opened[0]?.close('gone');
  expect(heard.relay.asking).toBe(false);

  const nobody = relay();
  nobody.opened[0]?.absent();
  expect(nobody.relay.asking).toBe(false);

  const failed = relay();
  failed.opened[0]?.close('the relay ended');
  expect(failed.relay.asking).toBe(false);
  await vi.waitFor(() => expect(failed.opened).toHaveLength(2));
  expect(failed.relay.asking).toBe(false);
});
