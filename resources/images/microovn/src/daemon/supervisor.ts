import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.ts';
import { until } from './until.ts';

/** The runit services of a node that the daemon starts and stops, by the names of MicroOVN's units where it has them. */
export type Unit =
  'cluster' | 'ovn-ovsdb-server-nb' | 'ovn-ovsdb-server-sb' | 'ovn-northd' | 'chassis' | 'switch-database' | 'switch';

export const units: readonly Unit[] = [
  'ovn-northd',
  'chassis',
  'switch',
  'switch-database',
  'ovn-ovsdb-server-nb',
  'ovn-ovsdb-server-sb',
  'cluster',
];

const SERVICES = '/etc/service';

/** Starts units; they come back with the node until they are stopped. Does not wait for them to be of use. */
export async function start(...names: readonly Unit[]): Promise<void> {
  for (const name of names) rmSync(join(SERVICES, name, 'down'), { force: true });
  await tell('up', names);
}

/** Restarts those of the units that run. */
export async function restart(...names: readonly Unit[]): Promise<void> {
  await tell('term', names);
}

/** Lets a unit that runs end for good when it ends by itself. */
export async function once(name: Unit): Promise<void> {
  await tell('once', [name]);
}

/** Stops units, waits until they are gone (killing them after 7 s), and keeps them down when the node starts again. */
export async function stop(...names: readonly Unit[]): Promise<void> {
  for (const name of names) writeFileSync(join(SERVICES, name, 'down'), '');
  await run('sv', ['force-stop', ...names.map((name) => join(SERVICES, name))], 15_000);
}

/** Whether a unit is to run on this node. */
export function isEnabled(name: Unit): boolean {
  return !existsSync(join(SERVICES, name, 'down'));
}

async function tell(verb: 'up' | 'term' | 'once', names: readonly Unit[]): Promise<void> {
  const folders = names.map((name) => join(SERVICES, name));
  // Right after the node's start the supervisor of a service may not listen yet.
  await until(`runit to take ${names.join(', ')}`, 5000, async () => {
    await run('sv', [verb, ...folders]);
    return true;
  });
}
