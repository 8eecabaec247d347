import type Docker from 'dockerode';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { nodeBody } from '../../electron/engines/docker-nodes.ts';
import { lxdDialect } from '../../electron/recipes/lxd/dialect.ts';
import { lxdNode } from '../../electron/recipes/lxd/nodes.ts';
import { bootstrapTemplate, fill, joinTemplate } from '../../electron/recipes/lxd/preseed.ts';
import { memoryLimits } from '../../shared/request.ts';

/** Names and addresses of one reference lab, e.g. `bench-raw` on `172.27.103`. */
interface ReferenceLab {
  readonly name: string;
  readonly mgmt: string;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const network = ({ name }: ReferenceLab) => `${name}-mgmt`;

/**
 * The leanest sequence of raw engine calls we know to an LXD cluster by the same preseeds in the same containers: all created at once and
 * started at once, one command in the first node that waits for its daemon, bootstraps and prints a token for each other node, then one
 * command per join, one after the other (side by side they hang), and one that waits for the last word on all members.
 * @returns milliseconds from the first call until LXD lists all members Online, three as voters where there are as many
 */
export async function deployLxdReference(
  docker: Docker,
  image: string,
  lab: ReferenceLab,
  count: number,
): Promise<number> {
  const begun = performance.now();
  await docker.createNetwork({
    Name: network(lab),
    Driver: 'bridge',
    Internal: true,
    IPAM: { Config: [{ Subnet: `${lab.mgmt}.0/24` }] },
  });
  const containers = await Promise.all(numbers(count).map((k) => createNode(docker, image, lab, k)));
  const starts = containers.map((container) => container.start());
  // What is still starting is waited for below, whatever comes first.
  for (const start of starts) start.catch(() => undefined);
  await starts[0];
  const [first, ...others] = containers;
  if (first === undefined) throw new Error('no node');
  const address = (k: number) => `${lab.mgmt}.${10 + k}`;
  const bootstrap = fill(bootstrapTemplate(lxdDialect, 'token', false), { NODE: 'node-1', ADDRESS: address(1) }).join(
    '',
  );
  const form = 'lxd waitready --timeout=60 && printf %s "$1" | lxd init --preseed && shift';
  const add = 'for name; do lxc cluster add -q "$name" | tail -n 1; done';
  const names = others.map((_, index) => `node-${index + 2}`);
  const tokens = (await run(first, `${form}; ${add}`, bootstrap, ...names)).trim().split('\n');
  for (const [index, container] of others.entries()) {
    await starts[index + 1];
    const values = { NODE: names[index] ?? '', ADDRESS: address(index + 2), TOKEN: tokens[index] ?? '' };
    const join = fill(joinTemplate('token'), values).join('');
    await run(container, 'lxd waitready --timeout=60 && printf %s "$1" | lxd init --preseed', join);
  }
  const list = 'lxc cluster list --format csv';
  const online = `[ $(${list} | grep -c ,ONLINE,) = ${count} ]`;
  // A voter is `,database,`, the leader `,"database-leader,database",`.
  const voting = `[ $(${list} | grep -cE ',"?(database-leader,)?database"?,') = ${Math.min(count, 3)} ]`;
  await run(first, `until ${online} && ${voting}; do sleep 0.1; done`);
  return performance.now() - begun;
}

/** Forced removal by raw calls, in parallel: containers, then the network. */
export async function removeLxdReference(docker: Docker, { name, mgmt }: ReferenceLab, count: number): Promise<void> {
  await Promise.all(
    numbers(count).map((k) =>
      docker
        .getContainer(`${name}-node-${k}`)
        .remove({ force: true, v: true })
        .catch(() => undefined),
    ),
  );
  await docker
    .getNetwork(network({ name, mgmt }))
    .remove()
    .catch(() => undefined);
}

/** The same container as a lab's, without its labels. */
async function createNode(docker: Docker, image: string, lab: ReferenceLab, k: number): Promise<Docker.Container> {
  const request = { name: lab.name, recipe: 'lxd', nodes: 1, memoryMiB: memoryLimits.default, settings: {} };
  const { needs, pids } = lxdNode(request, image);
  const spec = { name: `${lab.name}-node-${k}`, lab: lab.name, node: `node-${k}`, image, needs, pids };
  const networks = [{ name: network(lab), address: `${lab.mgmt}.${10 + k}` }];
  const limits = { memoryMiB: memoryLimits.default, environment: {}, labels: {} };
  const body = nodeBody({ ...spec, ...limits, networks }, 'docker') as Docker.ContainerCreateOptions;
  return docker.createContainer({ ...body, Labels: {}, name: spec.name });
}

/** What a shell in a node prints. @throws with its errors when it fails */
async function run(container: Docker.Container, script: string, ...words: readonly string[]): Promise<string> {
  const exec = await container.exec({
    Cmd: ['sh', '-c', script, 'sh', ...words],
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({});
  const [out, err] = [new PassThrough(), new PassThrough()];
  container.modem.demuxStream(stream, out, err);
  stream.on('end', () => {
    out.end();
    err.end();
  });
  const [printed, errors] = await Promise.all([buffer(out), buffer(err)]);
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0) throw new Error(`${script} ended with ${ExitCode}: ${errors.toString()}`);
  return printed.toString();
}
