import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LabError } from '../../shared/errors.ts';
import type { ClientFrame, ServerFrame } from '../../shared/rpc.ts';
import type { Frame, Transport } from '../../shared/transport.ts';
import { Connection } from './connection.svelte.ts';

/** The page's end of a pipe, held by the test. */
class Pipe implements Transport {
  readonly sent: ClientFrame[] = [];
  #onFrame: (frame: Frame) => void = () => undefined;
  #onClose: (reason: string) => void = () => undefined;

  send = (frame: Frame) => {
    if (typeof frame === 'string') this.sent.push(JSON.parse(frame) as ClientFrame);
  };
  onFrame = (listener: (frame: Frame) => void) => (this.#onFrame = listener);
  onClose = (listener: (reason: string) => void) => (this.#onClose = listener);
  close = () => undefined;
  buffered = () => 0;

  answer(frame: ServerFrame): void {
    this.#onFrame(JSON.stringify(frame));
  }
  drop(): void {
    this.#onClose('');
  }
}

const labs = (pipe: Pipe) => pipe.sent.filter((frame) => frame.t === 'sub' && frame.name === 'labs');

beforeEach(() => {
  vi.useFakeTimers();
  // The rune, as plain values: what is tested here is when things happen, not that they are drawn.
  vi.stubGlobal('$state', { raw: (value: unknown) => value });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a call made before the backend answers waits for it', async () => {
  const pipe = new Pipe();
  const connection = new Connection(() => Promise.resolve(pipe));
  const answer = connection.call('recipe.list', {});
  expect(connection.state).toBe('connecting');
  await vi.waitFor(() => expect(pipe.sent).toHaveLength(1));
  pipe.answer({ t: 'ok', id: 1, value: [] });
  await expect(answer).resolves.toEqual([]);
  expect(connection.state).toBe('open');
});

test('a topic opens again when the backend comes back, and its end is not told meanwhile', async () => {
  const pipes = [new Pipe(), new Pipe()];
  let dialled = 0;
  const connection = new Connection(() => Promise.resolve(pipes[dialled++] ?? new Pipe()));
  const values: unknown[] = [];
  const onEnd = vi.fn();
  connection.subscribe('labs', {}, (value) => values.push(value), onEnd);
  const [first, second] = pipes as [Pipe, Pipe];
  await vi.waitFor(() => expect(labs(first)).toHaveLength(1));
  first.drop();
  expect(connection.state).toBe('away');
  await expect(connection.call('engine.look', {})).rejects.toMatchObject({ code: 'door/closed' });
  await vi.advanceTimersByTimeAsync(300);
  expect(connection.state).toBe('open');
  expect(labs(second)).toHaveLength(1);
  second.answer({ t: 'value', id: 1, value: [] });
  expect([values, onEnd.mock.calls]).toEqual([[[]], []]);
});

test('a topic that was undone stays closed', async () => {
  const pipe = new Pipe();
  const connection = new Connection(() => Promise.resolve(pipe));
  connection.subscribe('labs', {}, () => undefined)();
  await vi.waitFor(() => expect(connection.state).toBe('open'));
  expect(labs(pipe)).toHaveLength(0);
});

test('waits longer after each failure, and tells a refusal from an absence', async () => {
  const errors = [new LabError('door/closed', 'away'), new LabError('auth/refused', 'no')];
  const dial = vi.fn(() => Promise.reject(errors[Math.min(dial.mock.calls.length - 1, 1)] as LabError));
  const connection = new Connection(dial);
  await vi.advanceTimersByTimeAsync(0);
  expect(connection.state).toBe('away');
  await vi.advanceTimersByTimeAsync(250);
  expect([connection.state, dial.mock.calls.length]).toEqual(['refused', 2]);
  await vi.advanceTimersByTimeAsync(499);
  expect(dial).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(dial).toHaveBeenCalledTimes(3);
  connection.close();
});

test('one refusal after a long absence is not the last word', async () => {
  const dial = vi.fn(() =>
    Promise.reject(new LabError(dial.mock.calls.length === 8 ? 'auth/refused' : 'door/closed', 'no')),
  );
  const connection = new Connection(dial);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(dial.mock.calls.length).toBeGreaterThan(20);
  expect(connection.state).toBe('away');
  connection.close();
});

test('a token that stays wrong is not tried for ever, but when the user asks', async () => {
  const dial = vi.fn(() => Promise.reject(new LabError('auth/refused', 'no')));
  const connection = new Connection(dial);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([connection.state, dial.mock.calls.length]).toEqual(['refused', 5]);
  connection.tryNow();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(dial).toHaveBeenCalledTimes(6);
  connection.close();
});
