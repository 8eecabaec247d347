import { describe, expect, it } from 'vitest';
import type { EngineHealth } from '../../shared/engine.ts';
import type { Cli } from './cli.ts';
import { doctor } from './doctor.ts';

const ready: EngineHealth = {
  state: 'ready',
  engine: 'podman',
  version: '4.3.1',
  apiVersion: '1.41',
  cores: 2,
  memoryMiB: 2048,
  tried: ['/run/podman/podman.sock: answers'],
  message: '',
  fix: '',
};
const used = { tag: 'quorate/ovn:11111111', usedBy: ['a-node-1'] };
const unused = { tag: 'quorate/ovn:22222222', usedBy: [] };

/** Runs it against these answers; what it printed, and what it asked. */
async function run(answers: Readonly<Record<string, unknown>>, options: { clean?: true } = {}) {
  const printed = { out: '', err: '', asked: [] as string[] };
  const cli = {
    json: false,
    stdout: { write: (text: string) => (printed.out += text) },
    stderr: { write: (text: string) => (printed.err += text) },
    client: {
      call: (name: string) => {
        printed.asked.push(name);
        return Promise.resolve({ 'engine.look': ready, 'recipe.list': [], ...answers }[name]);
      },
    },
  } as unknown as Cli;
  const error: unknown = await doctor(cli, options).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { ...printed, error };
}

describe('doctor', () => {
  it('tells what stands in the way of an engine that answers, with the fix', async () => {
    const notes = [{ message: 'The packet filter drops it.', why: 'Its policy is DROP.', fix: 'iptables -I FORWARD' }];
    const { out, error } = await run({ 'engine.look': { ...ready, notes }, 'image.old': [] });
    expect(out).toContain('  note: The packet filter drops it. Its policy is DROP.\n    fix: iptables -I FORWARD\n');
    expect(error).toBeNull();
  });

  it('names old images and removes nothing unless asked to', async () => {
    const { out, err, asked } = await run({ 'image.old': [used, unused] });
    expect(out).toContain('old image quorate/ovn:11111111, used by a-node-1\n');
    expect(out).toContain('old image quorate/ovn:22222222, used by nothing\n');
    expect(err).toContain('doctor --clean');
    expect(asked).not.toContain('image.removeOld');
    expect((await run({ 'image.old': [used] })).err).toBe('');
  });

  it('removes them when asked to, and fails when one would not go', async () => {
    const gone = { tag: unused.tag, why: '' };
    const cleaned = await run({ 'image.removeOld': [gone], 'image.old': [used] }, { clean: true });
    expect(cleaned).toMatchObject({ err: '', error: null });
    expect(cleaned.out).toContain('removed quorate/ovn:22222222\nold image quorate/ovn:11111111');
    const stuck = { tag: unused.tag, why: 'In use.' };
    const { out, error } = await run({ 'image.removeOld': [stuck], 'image.old': [used, unused] }, { clean: true });
    expect(out).not.toContain('removed');
    expect(error).toMatchObject({ code: 'engine/refused', message: 'quorate/ovn:22222222: In use.' });
  });

  it('asks an engine that does not answer for no images', async () => {
    const health = { ...ready, state: 'denied', message: 'You may not use Docker yet.', fix: 'usermod' };
    const { asked, error } = await run({ 'engine.look': health }, { clean: true });
    expect(asked).toEqual(['engine.look', 'recipe.list']);
    expect(error).toMatchObject({ code: 'engine/denied', fix: 'usermod' });
  });
});
