import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { OvnDatabase, Service } from '../api.ts';
import { run } from './command.ts';
import { writeWhole } from './flat-yaml.ts';
import { bareAddress, bracketed, connectString, NB_PORT, ovnEnvironmentFile, SB_PORT } from './ovn-env.ts';
import type { Paths } from './paths.ts';
import { certificatesFor, type Pki } from './pki.ts';
import { wordsOf } from './refusal.ts';
import { leaveRaft, untilServer } from './server-state.ts';
import { unixctl } from './streams.ts';
import * as supervisor from './supervisor.ts';
import { until } from './until.ts';
import type { KeyPair } from './x509.ts';
import { log } from './log.ts';

const databases = {
  nb: { name: 'OVN_Northbound', unit: 'ovn-ovsdb-server-nb', raftPort: 6643, client: NB_PORT, tool: 'ovn-nbctl' },
  sb: { name: 'OVN_Southbound', unit: 'ovn-ovsdb-server-sb', raftPort: 6644, client: SB_PORT, tool: 'ovn-sbctl' },
} as const;
const both: readonly OvnDatabase[] = ['nb', 'sb'];

/** Who this member is to its own OVN and OVS. */
export interface LocalMember {
  readonly name: string;
  /** `ip:port` of its daemon. */
  readonly address: string;
  /** Address tunnels leave from. */
  readonly encapIp: string;
  /** OVSDB Raft's election timer of new NB and SB databases, milliseconds. */
  readonly electionTimer: number;
}

/** Milliseconds for a server to join its cluster: longer than two of the product's election timers of 16 s, should one be under way. */
const CONNECT_LIMIT = 60_000;

/** Starts, stops and configures OVN and OVS on this member (contract 3.1-3.5). Callers go one at a time. */
export class OvnServices {
  readonly #local: string;

  constructor(
    private readonly paths: Paths,
    private readonly member: LocalMember,
    private readonly pki: Pki,
  ) {
    this.#local = bareAddress(member.address);
  }

  /**
   * Starts services, those that do not need one another at the same time, and returns when they are of use.
   * @param centrals bare addresses of the members that run `central` already
   */
  async start(services: readonly Service[], centrals: readonly string[], authority: KeyPair): Promise<void> {
    this.pki.issue(certificatesFor(services), authority);
    const central = services.includes('central');
    const [hasSwitch, hasChassis] = [services.includes('switch'), services.includes('chassis')];
    this.writeEnvironment(central && centrals.length === 0 ? [this.#local] : centrals);
    const startChassis = async () => {
      if (hasSwitch) await supervisor.start('switch-database', 'switch');
      if (hasSwitch || hasChassis) await this.#settings();
      // Until this member's own servers are up, its chassis connects to the others: a refused connection costs a second.
      if (centrals.length === 0) return;
      await this.setRemote(centrals);
      if (hasChassis) await supervisor.start('chassis');
      log('services: the switch and its chassis are started');
    };
    const results = await Promise.allSettled([central ? this.#startDatabases(centrals) : null, startChassis()]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    const all = central ? [...new Set([...centrals, this.#local])] : centrals;
    this.writeEnvironment(all);
    if (central) await supervisor.start('ovn-northd');
    await this.setRemote(all);
    if (hasChassis && centrals.length === 0) await supervisor.start('chassis');
    log('services: all are started');
  }

  /** @param others whether other members still run `central`, so that this one can leave their Raft clusters */
  async stop(service: Service, others: boolean): Promise<void> {
    switch (service) {
      case 'central':
        await this.#stopCentral(others);
        this.pki.remove(['ovnnb', 'ovnsb', 'ovn-northd']);
        return;
      case 'chassis':
        await this.#end('chassis', 'ovn-controller', join(this.paths.ovnRun, 'ovn-controller.pid'), []);
        this.pki.remove(['ovn-controller']);
        return;
      case 'switch':
        await this.#end('switch', 'ovs-vswitchd', join(this.paths.switchRun, 'ovs-vswitchd.pid'), ['--cleanup']);
        await supervisor.stop('switch-database');
    }
  }

  /** Writes `ovn.env`; whether that changed anything. */
  writeEnvironment(centrals: readonly string[]): boolean {
    const text = ovnEnvironmentFile({ centrals, local: this.#local });
    const { environment } = this.paths;
    if (existsSync(environment) && readFileSync(environment, 'utf8') === text) return false;
    writeWhole(environment, text, 0o644);
    return true;
  }

  /** Makes running services follow a changed placement of `central`. Failures are logged: the next change tries again. */
  async follow(services: readonly Service[], centrals: readonly string[]): Promise<void> {
    const step = async (what: string, work: () => Promise<unknown>) => {
      try {
        await work();
      } catch (error) {
        log(`environment: ${what}: ${wordsOf(error)}`);
      }
    };
    if (services.includes('switch')) await step('ovn-remote', () => this.setRemote(centrals));
    if (services.includes('central')) await step('northd', () => supervisor.restart('ovn-northd'));
    if (services.includes('chassis')) {
      await step('controller', () =>
        this.#tell('ovn-controller', join(this.paths.ovnRun, 'ovn-controller.pid'), this.paths.ovnRun, [
          'sb-cluster-state-reset',
        ]),
      );
    }
  }

  /** Tells OVS where the Southbound database is. */
  async setRemote(centrals: readonly string[]): Promise<void> {
    if (!supervisor.isEnabled('switch-database')) return;
    const remote = connectString(centrals, SB_PORT);
    const change =
      remote === ''
        ? ['remove', 'Open_vSwitch', '.', 'external_ids', 'ovn-remote']
        : ['set', 'Open_vSwitch', '.', `external_ids:ovn-remote="${remote}"`];
    await this.#vsctl(change);
  }

  /**
   * Schema version of the database as it runs.
   * @param centrals bare addresses of the members to ask, in turn
   */
  async activeSchema(database: OvnDatabase, centrals: readonly string[]): Promise<string> {
    const { name, client } = databases[database];
    for (const central of centrals) {
      const server = `ssl:${bracketed(central)}:${client}`;
      try {
        const args = ['--timeout=5', ...this.pki.options('client'), 'get-schema-version', server, name];
        return (await run('ovsdb-client', args)).trim();
      } catch (error) {
        log(`schema of ${name}: ${wordsOf(error)}`);
      }
    }
    const title = database === 'nb' ? 'Northbound' : 'Southbound';
    throw new Error(`failed to get OVN ${title} active schema version`);
  }

  async #settings(): Promise<void> {
    await until('the database of Open vSwitch', 10_000, async () => existsSync(this.paths.switchSocket) || null);
    const ids = {
      'system-id': this.member.name,
      hostname: this.member.name,
      'ovn-encap-type': 'geneve',
      'ovn-encap-ip': this.member.encapIp,
      'ovn-bridge-datapath-type': 'netdev',
    };
    const settings = Object.entries(ids).map(([key, value]) => `external_ids:${key}="${value}"`);
    await this.#vsctl(['set', 'Open_vSwitch', '.', ...settings]);
  }

  async #vsctl(args: readonly string[]): Promise<void> {
    // Its server may have made the socket and not listen yet.
    const options = ['--timeout=10', '--retry', '--no-wait', `--db=unix:${this.paths.switchSocket}`];
    await run('ovs-vsctl', [...options, '--', ...args]);
  }

  async #startDatabases(centrals: readonly string[]): Promise<void> {
    const others = centrals.filter((address) => address !== this.#local);
    mkdirSync(this.paths.central, { recursive: true, mode: 0o700 });
    await Promise.all(both.map((database) => this.#makeFile(database, others)));
    await supervisor.start(...both.map((database) => databases[database].unit));
    await Promise.all(
      both.map(async (database) => {
        const { name, client, tool } = databases[database];
        const socket = this.#socket(database);
        await untilServer(socket, name, 'connected', CONNECT_LIMIT);
        log(`services: ${name} is connected`);
        if (others.length > 0) return;
        const listen = ['set-connection', `pssl:${client}:[::]`];
        await run(tool, ['--no-leader-only', '--timeout=10', `--db=unix:${socket}`, ...listen]);
      }),
    );
  }

  async #makeFile(database: OvnDatabase, others: readonly string[]): Promise<void> {
    const file = this.#file(database);
    if (existsSync(file)) return;
    const { name, raftPort } = databases[database];
    const raft = (address: string) => `ssl:${bracketed(address)}:${raftPort}`;
    if (others.length > 0) {
      await run('ovsdb-tool', ['join-cluster', file, name, raft(this.#local), ...others.map(raft)]);
      return;
    }
    const schema = `/usr/share/ovn/ovn-${database}.ovsschema`;
    const timer = `--election-timer=${this.member.electionTimer}`;
    await run('ovsdb-tool', [timer, 'create-cluster', file, schema, raft(this.#local)]);
  }

  async #stopCentral(others: boolean): Promise<void> {
    await supervisor.stop('ovn-northd');
    if (others) {
      await Promise.all(
        both.map(async (database) => {
          const { name } = databases[database];
          try {
            const control = join(this.paths.ovnRun, `ovn${database}_db.ctl`);
            await leaveRaft({ control, socket: this.#socket(database) }, name, 30_000);
          } catch (error) {
            log(`${name}: left without a word of the others: ${wordsOf(error)}`);
          }
        }),
      );
    }
    await supervisor.stop(...both.map((database) => databases[database].unit));
    const stamp = new Date().toISOString().replace('T', '_').replace(/\..*/, '').replaceAll(':', '-');
    for (const database of both) {
      const file = this.#file(database);
      if (existsSync(file)) renameSync(file, file.replace(/\.db$/, `_backup_${stamp}.db`));
    }
  }

  /** Lets a daemon end by itself, so that it takes its traces with it. */
  async #end(unit: supervisor.Unit, daemon: string, pidFile: string, args: readonly string[]): Promise<void> {
    try {
      await supervisor.once(unit);
      await this.#tell(daemon, pidFile, join(pidFile, '..'), ['exit', ...args]);
      await until(`${daemon} to end`, 5000, async () => (existsSync(pidFile) ? null : true));
    } catch (error) {
      log(`${unit}: ended the hard way: ${wordsOf(error)}`);
    }
    await supervisor.stop(unit);
  }

  async #tell(daemon: string, pidFile: string, folder: string, command: readonly string[]): Promise<void> {
    const pid = readFileSync(pidFile, 'utf8').trim();
    const [method = '', ...args] = command;
    await unixctl(join(folder, `${daemon}.${pid}.ctl`), method, args);
  }

  #file(database: OvnDatabase): string {
    return join(this.paths.central, `ovn${database}_db.db`);
  }

  #socket(database: OvnDatabase): string {
    return join(this.paths.ovnRun, `ovn${database}_db.sock`);
  }
}

/** Schema version this member's packages bring. */
export function expectedSchema(database: OvnDatabase): string {
  const schema = JSON.parse(readFileSync(`/usr/share/ovn/ovn-${database}.ovsschema`, 'utf8')) as { version: string };
  return schema.version;
}
