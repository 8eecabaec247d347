import type Docker from 'dockerode';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { memoryLimits } from '../../shared/request.ts';
import { JsonRpcSession, type Json, type TextStream } from '../../shared/ovsdb/session.ts';

/** Names and addresses of one reference lab of three nodes. */
interface ReferenceLab {
  readonly name: string;
  readonly mgmt: string;
  readonly underlay: string;
}

const members = [1, 2, 3] as const;
const memory = memoryLimits.default * 1024 * 1024;
const script = readFileSync(join(import.meta.dirname, '..', 'test', 'bench', 'reference-node.sh'), 'utf8');

/**
 * The leanest sequence of raw engine calls to a healthy three-node OVN Raft cluster: two networks at once, three creates at once, three
 * starts at once, the daemons started by one script per node, and health read over TCP from the databases themselves.
 * @returns milliseconds from the first call until all six database servers are connected, each database has one leader and the
 * Southbound lists three chassis
 */
export async function deployReference(docker: Docker, image: string, lab: ReferenceLab): Promise<number> {
  const begun = performance.now();
  await Promise.all([
    docker.createNetwork(network(`${lab.name}-a-mgmt`, lab.mgmt, false)),
    docker.createNetwork(network(`${lab.name}-b-underlay`, lab.underlay, true)),
  ]);
  const containers = await Promise.all(members.map((k) => createNode(docker, image, lab, k)));
  await Promise.all(containers.map((container) => container.start()));
  await healthy(members.map((k) => `${lab.mgmt}.${10 + k}`));
  return performance.now() - begun;
}

/** Forced removal by raw calls, in parallel: containers, then networks. @returns milliseconds */
export async function removeReference(docker: Docker, name: string): Promise<number> {
  const begun = performance.now();
  await Promise.all(members.map((k) => docker.getContainer(`${name}-node-${k}`).remove({ force: true, v: true })));
  await Promise.all(['a-mgmt', 'b-underlay'].map((part) => docker.getNetwork(`${name}-${part}`).remove()));
  return performance.now() - begun;
}

function network(name: string, prefix: string, internal: boolean): Docker.NetworkCreateOptions {
  return { Name: name, Driver: 'bridge', Internal: internal, IPAM: { Config: [{ Subnet: `${prefix}.0/24` }] } };
}

async function createNode(docker: Docker, image: string, lab: ReferenceLab, k: number): Promise<Docker.Container> {
  const name = `${lab.name}-node-${k}`;
  const container = await docker.createContainer({
    name,
    Image: image,
    Hostname: `node-${k}`,
    Entrypoint: ['bash', '-c', script],
    Env: [
      `NODE=node-${k}`,
      `MGMT_IP=${lab.mgmt}.${10 + k}`,
      `REMOTE_IP=${k === 1 ? '' : `${lab.mgmt}.11`}`,
      `MEMBERS=${members.map((m) => `${lab.mgmt}.${10 + m}`).join(',')}`,
      'UIF=eth1',
    ],
    HostConfig: {
      Init: true,
      CapDrop: ['ALL'],
      CapAdd: ['NET_ADMIN', 'NET_RAW'],
      Devices: [{ PathOnHost: '/dev/net/tun', PathInContainer: '/dev/net/tun', CgroupPermissions: 'rwm' }],
      // The limits of a node of ours: they cost an engine time, too.
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 512,
      Memory: memory,
      MemorySwap: memory,
      Ulimits: [{ Name: 'nofile', Soft: 4096, Hard: 4096 }],
      LogConfig: { Type: 'json-file', Config: { 'max-size': '5m' } },
      Tmpfs: { '/run': 'rw,nosuid,nodev,noexec,mode=755,size=64m' },
      NetworkMode: `${lab.name}-a-mgmt`,
    },
    NetworkingConfig: {
      EndpointsConfig: { [`${lab.name}-a-mgmt`]: { IPAMConfig: { IPv4Address: `${lab.mgmt}.${10 + k}` } } },
    },
  });
  await docker
    .getNetwork(`${lab.name}-b-underlay`)
    .connect({ Container: container.id, EndpointConfig: { IPAMConfig: { IPv4Address: `${lab.underlay}.${10 + k}` } } });
  return container;
}

/** Resolves when every database server says it is connected, one of each leads, and the Southbound has a chassis per node. */
async function healthy(addresses: readonly string[]): Promise<void> {
  const deadline = performance.now() + 60_000;
  const state = new Map<string, { connected: boolean; leader: boolean }>();
  let chassis = 0;
  const sessions: JsonRpcSession[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`not healthy within 60 s: ${JSON.stringify([...state])}, ${chassis} chassis`)),
        60_000,
      );
      const look = () => {
        const all = [...state.values()];
        if (all.filter((one) => one.connected).length < 2 * addresses.length || chassis < addresses.length) return;
        if (all.filter((one) => one.leader).length !== 2) return;
        clearTimeout(limit);
        resolve();
      };
      for (const address of addresses) {
        for (const [database, port] of [
          ['OVN_Northbound', 6641],
          ['OVN_Southbound', 6642],
        ] as const) {
          const key = `${address} ${database}`;
          follow(address, port, database, deadline, sessions, {
            server: (row) => {
              const before = state.get(key) ?? { connected: false, leader: false };
              state.set(key, {
                connected: flag(row['connected'], before.connected),
                leader: flag(row['leader'], before.leader),
              });
              look();
            },
            chassis: (count) => {
              chassis = Math.max(chassis, count);
              look();
            },
          });
        }
      }
    });
  } finally {
    for (const session of sessions) session.close();
  }
}

const flag = (value: Json | undefined, before: boolean) => (typeof value === 'boolean' ? value : before);

interface Listener {
  server(row: Readonly<Record<string, Json>>): void;
  chassis(count: number): void;
}

/** Opens a session, again at once while the port is closed or the server drops it. */
function follow(
  host: string,
  port: number,
  database: string,
  deadline: number,
  sessions: JsonRpcSession[],
  listener: Listener,
): void {
  if (performance.now() > deadline) return;
  const socket = connect({ host, port });
  socket.on('error', () => setTimeout(() => follow(host, port, database, deadline, sessions, listener), 20));
  socket.on('connect', () => {
    socket.removeAllListeners('error').on('error', () => socket.destroy());
    const session = new JsonRpcSession(`${host}:${port}`, textStream(socket), { after: timer });
    sessions.push(session);
    let chassis = 0;
    const apply = (updates: Json) => {
      const tables = updates as Record<string, Record<string, Record<string, Record<string, Json>>>>;
      for (const row of Object.values(tables['Database'] ?? {}))
        listener.server(row['initial'] ?? row['insert'] ?? row['modify'] ?? {});
      chassis += Object.values(tables['Chassis'] ?? {}).filter((row) => row['initial'] ?? row['insert']).length;
      listener.chassis(chassis);
    };
    session.onNotify((method, params) => {
      if (method === 'update2') apply((params as readonly Json[])[1] ?? {});
    });
    session.onClose(() => {
      if (!sessions.includes(session)) return;
      sessions.splice(sessions.indexOf(session), 1);
      setTimeout(() => follow(host, port, database, deadline, sessions, listener), 20);
    });
    const ask = (id: string, monitored: Json) =>
      session.call('monitor_cond', [id === 'srv' ? '_Server' : database, id, monitored], 30_000).then(apply, () => {});
    void session.call('set_db_change_aware', [true], 30_000).catch(() => {});
    void ask('srv', { Database: [{ columns: ['name', 'connected', 'leader'], where: [['name', '==', database]] }] });
    if (database === 'OVN_Southbound') void ask('chassis', { Chassis: [{ columns: ['name'] }] });
  });
}

function timer(ms: number, run: () => void): () => void {
  const handle = setTimeout(run, ms);
  return () => clearTimeout(handle);
}

function textStream(socket: Socket): TextStream {
  socket.setEncoding('utf8').setNoDelay(true);
  return {
    write: (text) => void socket.write(text),
    onText: (listener) => void socket.on('data', (text: string) => listener(text)),
    onClose: (listener) => void socket.once('close', () => listener('end of stream')),
    close: () => void socket.destroy(),
  };
}
