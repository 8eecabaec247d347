import { LabError } from '../../shared/errors.ts';
import type { FoundNode, NodeSpec } from '../../electron/engines/engine.ts';
import { label } from '../../electron/engines/labels.ts';
import type { FakeProcess } from './fake-process.ts';

/** A node of a FakeEngine. */
export interface FakeNode {
  found: FoundNode;
  readonly spec: NodeSpec;
  readonly files: Map<string, Uint8Array>;
  readonly processes: Set<FakeProcess>;
  /** Fires when the node ends. */
  life: AbortController;
}

/** What is listed of a node just created. */
export function newFound(spec: NodeSpec, id: string, at: number): FoundNode {
  const addresses = Object.fromEntries(spec.networks.map(({ name, address }) => [name, address]));
  return {
    id,
    name: spec.name,
    lab: spec.lab,
    node: spec.node,
    state: 'created',
    since: at,
    exitCode: null,
    createdAt: at,
    memoryMiB: spec.memoryMiB,
    labels: {
      [label.lab]: spec.lab,
      [label.node]: spec.node,
      [label.addresses]: JSON.stringify(addresses),
      ...(spec.volumes === undefined ? {} : { [label.volumes]: JSON.stringify(spec.volumes.map(({ name }) => name)) }),
      ...spec.labels,
    },
    attached: spec.networks
      .map(({ name, address }) => ({ network: name, address }))
      .sort((a, b) => a.network.localeCompare(b.network)),
  };
}

/** Running or paused. */
export function runs(node: FakeNode): boolean {
  return node.found.state === 'running' || node.found.state === 'paused';
}

/** @throws LabError 'cancelled' once the signal has fired */
export function alive(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}

/** Reads a stream to its end. @throws LabError 'cancelled' */
export async function drain(stream: NodeJS.ReadableStream, signal: AbortSignal): Promise<void> {
  const chunks = stream[Symbol.asyncIterator]();
  while ((await chunks.next()).done !== true) alive(signal);
}

/** What an aborted call throws. */
export function cancelled(): LabError {
  return new LabError('cancelled', 'Cancelled.');
}

/** What a name in use throws. */
export function conflict(detail: string): LabError {
  return new LabError('engine/conflict', detail);
}

/** What a command in a stopped or paused node throws. */
export function notRunning(node: FakeNode): LabError {
  const state = node.found.state === 'paused' ? 'paused' : 'not running';
  return new LabError('node/not-running', `The node is ${state}.`);
}
