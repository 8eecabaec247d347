import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { openEngine } from '../../electron/engines/detect.ts';
import type { Engine, ExecResult, Need } from '../../electron/engines/engine.ts';
import { label } from '../../electron/engines/labels.ts';
import { Images } from '../../electron/images/images.ts';
import { incusDialect, lxdDialect, type Dialect } from '../../electron/recipes/lxd/dialect.ts';

/** Both products whose images are tested here. */
export const dialects = { lxd: lxdDialect, incus: incusDialect } as const;

interface NodeOptions {
  readonly needs: readonly Need[];
  /** Image, when not that of the product. */
  readonly image?: string;
  /** The container before this one kept its data for it. */
  readonly takesOver?: boolean;
}

/** Nodes of an image of LXD or Incus on one network, with nothing formed. */
export class LxdNodes {
  readonly lab = `lxi-${randomBytes(3).toString('hex')}`;
  readonly #ids = new Map<number, string>();

  private constructor(
    readonly engine: Engine,
    readonly images: Images,
    readonly dialect: Dialect,
    /** First three bytes of its subnet. */
    private readonly net: string,
  ) {}

  static async open(kind: 'lxd' | 'incus', net: string): Promise<LxdNodes> {
    const engine = await openEngine();
    const resources = fileURLToPath(new URL('../../resources/images', import.meta.url));
    const nodes = new LxdNodes(engine, new Images({ engine, resources }), dialects[kind], net);
    const { lab } = nodes;
    const network = { name: `${lab}-mgmt`, lab, role: 'mgmt', subnet: `${net}.0/24`, internal: true };
    await engine.createNetwork({ ...network, labels: { [label.lab]: lab } }, AbortSignal.timeout(30_000));
    return nodes;
  }

  address(k: number): string {
    return `${this.net}.${10 + k}`;
  }

  /** Makes and starts `node-<k>`, and does not wait for its daemon. */
  async add(k: number, { needs, image, takesOver = false }: NodeOptions): Promise<void> {
    const node = `node-${k}`;
    const { lab } = this;
    const signal = AbortSignal.timeout(110_000);
    const id = await this.engine.createNode(
      {
        name: `${lab}-${node}`,
        lab,
        node,
        image: await this.images.ensure(image ?? this.dialect.kind, () => undefined, signal),
        networks: [{ name: `${lab}-mgmt`, address: this.address(k) }],
        needs,
        memoryMiB: 256,
        pids: 512,
        volumes: [{ name: `${lab}-${node}-data`, path: this.dialect.folder }],
        takesOver,
        environment: { QUORATE_MGMT: this.address(k) },
        labels: { [label.lab]: lab, [label.node]: node },
      },
      signal,
    );
    this.#ids.set(k, id);
    await this.engine.start(id);
  }

  id(k: number): string {
    return this.#ids.get(k) ?? '';
  }

  /** What a command says, stdout and stderr, and its exit code. */
  async run(k: number, script: string, timeout = 30_000): Promise<ExecResult> {
    return this.engine.exec(this.id(k), ['sh', '-c', script], { timeout });
  }

  /** @throws when it ends with another code than 0 */
  async ok(k: number, script: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(k, script);
    if (exitCode !== 0) throw new Error(`node-${k}: ${script}: ${exitCode}\n${stdout}${stderr}`);
    return stdout.trim();
  }

  /** Ready means: the daemon answers. */
  ready(k: number, seconds = 30): Promise<ExecResult> {
    return this.run(k, `${this.dialect.admin.join(' ')} waitready --timeout=${seconds}`, (seconds + 5) * 1000);
  }

  /** A cluster of one, with the pool `local` in every instance's root device. */
  async bootstrap(k: number): Promise<void> {
    const preseed = `config:
  core.https_address: ${this.address(k)}:8443
cluster:
  enabled: true
  server_name: node-${k}
storage_pools:
- name: local
  driver: dir
profiles:
- name: default
  devices:
    root:
      path: /
      pool: local
      type: disk
`;
    await this.ok(k, `${this.dialect.admin.join(' ')} init --preseed <<'END'\n${preseed}END`);
  }

  /** Joins `node-<k>` to the cluster of `node-1`. */
  async join(k: number): Promise<void> {
    const token = (await this.ok(1, `${this.dialect.client} cluster add -q node-${k}`)).split('\n').at(-1) ?? '';
    const preseed = `cluster:
  enabled: true
  server_name: node-${k}
  server_address: ${this.address(k)}:8443
  cluster_token: ${token}
`;
    await this.ok(k, `timeout 25 ${this.dialect.admin.join(' ')} init --preseed <<'END'\n${preseed}END`);
  }

  async close(): Promise<void> {
    for (const id of this.#ids.values()) await this.engine.removeNode(id);
    await this.engine.removeNetwork(`${this.lab}-mgmt`);
    this.engine.close();
  }
}
