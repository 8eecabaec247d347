import type { SuiteLab } from './recipe-suite.ts';
import { until } from './until.ts';

/** What the suites of recipes with OVN have in common. */
export const ovnSuite = {
  // The product's own 16 s would make each election of a suite as long.
  settings: { electionTimer: 1000 },
  daemons: ['ovsdb-server', 'ovs-vswitchd', 'ovn-northd', 'ovn-controller'],
  capabilities: '0000000000003000',
  networks: ['mgmt', 'underlay'],
  database: 'nb',
  works: pingsCross,
} as const;

/** Every workload port reaches every other; the first packet to a peer may be lost while its address is asked for. */
async function pingsCross({ nodes, exec }: SuiteLab): Promise<void> {
  const names = await nodes();
  for (const from of names) {
    for (const to of names.filter((name) => name !== from)) {
      const [port, address] = [from.replace('node-', 'vm'), to.replace('node-', '10.0.0.')];
      let last = '';
      await until(
        async () => {
          const { exitCode, stdout } = await exec(from, 'ping', '-c', '1', '-W', '1', '-I', port, address);
          last = stdout;
          return exitCode === 0 ? true : null;
        },
        () => `${port} to ${address}: ${last}`,
        20_000,
      );
    }
  }
}
