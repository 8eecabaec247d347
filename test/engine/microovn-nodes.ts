import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { openEngine } from '../../electron/engines/detect.ts';
import type { Engine, ExecResult } from '../../electron/engines/engine.ts';
import { label } from '../../electron/engines/labels.ts';
import { Images } from '../../electron/images/images.ts';
import { until } from './until.ts';

/** Nodes of the microovn image on two networks, with nothing formed: what a person has before the first `microovn`. */
export class MicroovnNodes {
  readonly #ids = new Map<string, string>();

  private constructor(
    readonly engine: Engine,
    private readonly lab: string,
    private readonly image: string,
    /** First two bytes of its subnets. */
    private readonly net: string,
  ) {}

  /** @param net first two bytes of two free /24 subnets, whose third bytes are 1 and 2 */
  static async open(net: string, count: number): Promise<MicroovnNodes> {
    const engine = await openEngine();
    const resources = fileURLToPath(new URL('../../resources/images', import.meta.url));
    const signal = AbortSignal.timeout(110_000);
    const image = await new Images({ engine, resources }).ensure('microovn', () => {}, signal);
    const nodes = new MicroovnNodes(engine, `mod-${randomBytes(3).toString('hex')}`, image, net);
    for (const [role, third] of [['mgmt', 1] as const, ['underlay', 2] as const]) {
      const name = `${nodes.lab}-${role}`;
      const subnet = `${net}.${third}.0/24`;
      const labels = { [label.lab]: nodes.lab, [label.role]: role };
      await engine.createNetwork({ name, lab: nodes.lab, role, subnet, internal: role !== 'mgmt', labels }, signal);
    }
    await Promise.all(Array.from({ length: count }, (_, i) => nodes.add(i + 1)));
    return nodes;
  }

  /** Adds `node-<k>` and waits for its daemon. */
  async add(k: number): Promise<void> {
    const node = `node-${k}`;
    const [mgmt, underlay] = [`${this.net}.1.${10 + k}`, `${this.net}.2.${10 + k}`];
    const id = await this.engine.createNode(
      {
        name: `${this.lab}-${node}`,
        lab: this.lab,
        node,
        image: this.image,
        networks: [
          { name: `${this.lab}-mgmt`, address: mgmt },
          { name: `${this.lab}-underlay`, address: underlay },
        ],
        needs: ['net-admin', 'net-raw', 'tun'],
        memoryMiB: 256,
        pids: 512,
        environment: { QUORATE_UNDERLAY: `${underlay}/24`, QUORATE_MGMT: mgmt, MICROOVN_ELECTION_TIMER: '1000' },
        labels: { [label.lab]: this.lab, [label.node]: node },
      },
      AbortSignal.timeout(30_000),
    );
    this.#ids.set(node, id);
    await this.engine.start(id);
    await this.ok(k, 'microovn', 'waitready', '-t', '30');
  }

  id(k: number): string {
    return this.#ids.get(`node-${k}`) ?? '';
  }

  run(k: number, ...command: readonly string[]): Promise<ExecResult> {
    return this.engine.exec(this.id(k), command, { timeout: 60_000 });
  }

  /** Its output, without the last newline. @throws when it ends with another code than 0 */
  async ok(k: number, ...command: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(k, ...command);
    if (exitCode !== 0) throw new Error(`node-${k}: ${command.join(' ')}: ${exitCode}: ${stderr}`);
    return stdout.replace(/\n$/, '');
  }

  /** What it says on stderr. @throws when it succeeds */
  async fails(k: number, ...command: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(k, ...command);
    if (exitCode !== 1) throw new Error(`node-${k}: ${command.join(' ')}: ${exitCode}: ${stdout}${stderr}`);
    return stderr.replace(/\n$/, '');
  }

  async join(k: number, by = 1): Promise<void> {
    const token = await this.ok(by, 'microovn', 'cluster', 'add', `node-${k}`);
    await this.ok(k, 'microovn', 'cluster', 'join', token);
  }

  /** Bootstraps node-1 and lets the others up to `count` in, one after the other. */
  async form(count: number): Promise<void> {
    await this.ok(1, 'microovn', 'cluster', 'bootstrap');
    for (let k = 2; k <= count; k++) await this.join(k);
  }

  /** `node-1 voter ONLINE, …` as node `k` lists them. */
  async members(k: number): Promise<string> {
    const { stdout, stderr } = await this.run(k, 'microovn', 'cluster', 'list', '-f', 'csv');
    const rows = stdout.trim().split('\n');
    return stdout === ''
      ? stderr
      : rows
          .map((row) =>
            row
              .split(',')
              .filter((_, i) => [0, 2, 4].includes(i))
              .join(' '),
          )
          .join(', ');
  }

  /** Waits until node `k` lists exactly that. */
  async lists(k: number, expected: string, timeout = 30_000): Promise<void> {
    await this.settles(async () => this.members(k), expected, timeout);
  }

  /** Waits until what is asked is what is expected. */
  async settles(ask: () => Promise<string>, expected: string, timeout = 30_000): Promise<void> {
    let last = '';
    await until(
      async () => {
        last = await ask();
        return last === expected ? true : null;
      },
      () => last,
      timeout,
    );
  }

  /** Addresses (last byte) of the servers of a database as node `k` knows them, e.g. `11 12 13`. */
  async servers(k: number, database: 'cluster' | 'nb' | 'sb'): Promise<string> {
    const run = '/var/snap/microovn/common/run';
    const [socket, name] = {
      cluster: [`${run}/cluster/db.ctl`, 'MicroOVN'],
      nb: [`${run}/ovn/ovnnb_db.ctl`, 'OVN_Northbound'],
      sb: [`${run}/ovn/ovnsb_db.ctl`, 'OVN_Southbound'],
    }[database] as [string, string];
    const { stdout } = await this.run(k, 'ovs-appctl', '-t', socket, 'cluster/status', name);
    return [...stdout.matchAll(/ at ssl:\d+\.\d+\.\d+\.(\d+):/g)]
      .map((match) => match[1])
      .sort()
      .join(' ');
  }

  /** Names of the chassis as node `k` sees them. */
  async chassis(k: number): Promise<string> {
    const { stdout } = await this.run(k, 'ovn-sbctl', '--timeout=5', '--bare', '--columns=name', 'list', 'Chassis');
    return stdout.split('\n').filter(Boolean).sort().join(' ');
  }

  async close(): Promise<void> {
    await Promise.all([...this.#ids.values()].map((id) => this.engine.removeNode(id)));
    for (const role of ['mgmt', 'underlay']) await this.engine.removeNetwork(`${this.lab}-${role}`);
    this.engine.close();
  }
}
