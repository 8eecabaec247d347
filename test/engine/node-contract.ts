import { describe, expect, it } from 'vitest';
import type { Attached, Engine } from '../../electron/engines/engine.ts';
import { until } from './until.ts';

interface RunningNode {
  readonly engine: Engine;
  readonly id: string;
  /** First two bytes of its subnets. */
  readonly net: string;
}

/** What only a real node can show: its interfaces, privileges and limits, its processes, its terminals. */
export function testNodes(current: () => RunningNode): void {
  const run = async (script: string): Promise<string> => {
    const { engine, id } = current();
    const result = await engine.exec(id, ['sh', '-c', script], { timeout: 10_000 });
    expect(result).toMatchObject({ exitCode: 0 });
    return result.stdout.trim();
  };
  /** Command lines of all processes in the node. */
  const processes = () => run('for p in /proc/[0-9]*; do tr "\\0" " " <$p/cmdline 2>/dev/null; echo; done; true');
  const isGone = (words: string) =>
    until(
      async () => ((await processes()).split('\n').some((line) => line.startsWith(words)) ? null : true),
      () => words,
      4000,
    );
  const gather = (attached: Attached) => {
    const got = { text: '', bytes: 0, ended: new Promise<number | null>((resolve) => attached.onEnd(resolve)) };
    attached.onData((bytes) => {
      got.bytes += bytes.length;
      got.text = (got.text + Buffer.from(bytes).toString()).slice(-10_000);
    });
    return got;
  };

  describe('a real node', () => {
    it('has its interfaces in the order asked for, static addresses, its name and environment', async () => {
      const { net } = current();
      const routes = (await run('cat /proc/net/route')).split('\n').map((line) => line.split('\t'));
      const hex = (third: number) => {
        const [a, b] = net.split('.');
        return [third, b, a]
          .map((byte) => Number(byte).toString(16).padStart(2, '0'))
          .join('')
          .toUpperCase();
      };
      expect(routes.find(([, to]) => to === `00${hex(32)}`)?.[0]).toBe('eth1');
      expect(routes.find(([, to]) => to === `00${hex(31)}`)?.[0]).toBe('eth0');
      // The underlay is internal: the way out is by mgmt.
      expect(routes.filter(([, to]) => to === '00000000').map(([name]) => name)).toEqual(['eth0']);
      const local = await run('grep -B1 "host LOCAL" /proc/net/fib_trie');
      expect(local).toContain(`${net}.31.11\n`);
      expect(local).toContain(`${net}.32.11\n`);
      expect(await run('hostname; echo "$QUORATE_TEST"')).toBe('node-1\na b');
    });

    it('has the capabilities asked for and no other, no new privileges, and tun', async () => {
      const status = await run('grep -E "^(CapEff|CapBnd|NoNewPrivs)" /proc/1/status /proc/self/status');
      // Bits 12 and 13: CAP_NET_ADMIN, CAP_NET_RAW (linux/capability.h).
      const facts = [...status.matchAll(/(CapEff|CapBnd|NoNewPrivs):\s*(\w+)/g)].map(([, name, value]) => [
        name,
        value,
      ]);
      const once = [
        ['CapEff', '0000000000003000'],
        ['CapBnd', '0000000000003000'],
        ['NoNewPrivs', '1'],
      ];
      const ordered = (list: unknown[]) => list.map((each) => JSON.stringify(each)).sort();
      expect(ordered(facts)).toEqual(ordered([...once, ...once]));
      expect(await run('test -c /dev/net/tun && echo tun')).toBe('tun');
    });

    it('has limits on memory, processes and open files, and a fresh /run', async () => {
      const either = (v1: string, v2: string) =>
        run(`cat /sys/fs/cgroup/${v1} 2>/dev/null || cat /sys/fs/cgroup/${v2}`);
      expect(await either('memory/memory.limit_in_bytes', 'memory.max')).toBe(String(64 * 1024 * 1024));
      expect(await either('pids/pids.max', 'pids.max')).toBe('50');
      expect(await run('ulimit -n; ulimit -Hn')).toBe('4096\n4096');
      expect(await run('grep " /run " /proc/mounts')).toMatch(/^tmpfs \/run tmpfs rw,/);
      // The first process reaps: no zombie stays.
      await run('(sh -c "sleep 0.1 & exec true" &) ; true');
      await until(async () =>
        (await run('grep -c "^State:.Z" /proc/[0-9]*/status | grep -c ":1$" || true')) === '0' ? true : null,
      );
    });

    it('a command at its deadline is gone with its children', async () => {
      const { engine, id } = current();
      const command = ['sh', '-c', 'trap "" TERM; sleep 5151 & sleep 5152; sleep 5153'];
      const result = await engine.exec(id, command, { timeout: 300 });
      expect(result).toMatchObject({ timedOut: true });
      for (const each of ['sleep 5151', 'sleep 5152', 'sleep 5153']) await isGone(each);
    });

    it('a command whose signal fires is gone with its children, at once too', async () => {
      const { engine, id } = current();
      for (const delay of [0, 20, 300]) {
        const abort = new AbortController();
        const command = ['sh', '-c', 'sleep 5251 & sleep 5252'];
        const result = engine.exec(id, command, { timeout: 60_000, signal: abort.signal });
        setTimeout(() => abort.abort(), delay);
        await expect(result).rejects.toMatchObject({ code: 'cancelled' });
        await isGone('sleep 525');
      }
    });

    it('a daemon that a command left behind stays when the command is killed', async () => {
      const { engine, id } = current();
      const attached = await engine.attach(id, ['sh', '-c', 'setsid -f sleep 5351; sleep 5352'], { tty: false });
      await until(async () => ((await processes()).includes('sleep 5352') ? true : null));
      await attached.kill();
      await isGone('sleep 5352');
      expect(await processes()).toContain('sleep 5351');
    });

    it('a terminal has the size asked for, echoes, is resized, and is gone when killed', async () => {
      const { engine, id } = current();
      const attached = await engine.attach(id, ['bash', '--norc', '-i'], { tty: true, cols: 100, rows: 30 });
      const got = gather(attached);
      attached.write(Buffer.from('stty size; sleep 5451 &\n'));
      await until(
        () => (/30 100\r/.test(got.text) ? true : null),
        () => got.text,
      );
      expect(got.text).toContain('stty size');
      await attached.resize(77, 22);
      attached.write(Buffer.from('stty size\n'));
      await until(
        () => (/22 77\r/.test(got.text) ? true : null),
        () => got.text,
      );
      await attached.kill();
      await got.ended;
      await isGone('bash --norc');
      await isGone('sleep 5451');
      await expect(attached.resize(80, 24)).resolves.toBeUndefined();
    });

    it('standard error comes apart from standard output without a terminal', async () => {
      const { engine, id } = current();
      const attached = await engine.attach(id, ['sh', '-c', 'echo out; echo err >&2; exit 5'], { tty: false });
      let errors = '';
      attached.onError((bytes) => (errors += Buffer.from(bytes).toString()));
      const got = gather(attached);
      expect([await got.ended, got.text, errors]).toEqual([5, 'out\n', 'err\n']);
    });

    it.each([false, true])('a flood is held back while paused (tty: %s)', async (tty) => {
      const { engine, id } = current();
      const attached = await engine.attach(id, ['yes', 'q'.repeat(1000)], { tty });
      const got = gather(attached);
      await until(
        () => (got.bytes > 1_000_000 ? true : null),
        () => got.bytes,
      );
      attached.pause();
      const held = got.bytes;
      const before = process.memoryUsage().rss;
      // The engine's own buffers fill within this time; then the program sleeps in its write.
      const asleep =
        'for p in $(grep -la "^yes" /proc/[0-9]*/cmdline | cut -d/ -f3); do grep State /proc/$p/status; done';
      await until(async () => (/S \(sleeping\)/.test(await run(`${asleep}; true`)) ? true : null));
      expect(got.bytes).toBe(held);
      expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
      attached.resume();
      await until(
        () => (got.bytes > held + 1_000_000 ? true : null),
        () => got.bytes,
      );
      attached.pause();
      const began = Date.now();
      await attached.kill();
      expect(Date.now() - began).toBeLessThan(3000);
      await isGone('yes');
    });

    it('a flood into a gathered command is cut, not kept', async () => {
      const { engine, id } = current();
      const result = await engine.exec(id, ['yes'], { timeout: 1500 });
      expect(result.timedOut).toBe(true);
      expect(result.stdout.length).toBeLessThan(20 * 1024 * 1024);
    });
  });
}
