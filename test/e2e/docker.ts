import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The engine's own command line, beside the product. Returns what it printed. @throws with its stderr */
export async function docker(...words: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', [...words], { timeout: 60_000 });
  return stdout.trim();
}

/** Every object the engine holds of a lab, as `kind name`; empty when nothing is left. */
export async function objectsOf(lab: string): Promise<readonly string[]> {
  const own = ['--filter', `label=io.quorate.lab=${lab}`];
  const [containers, networks, volumes] = await Promise.all([
    docker('ps', '-a', ...own, '--format', 'container {{.Names}}'),
    docker('network', 'ls', ...own, '--format', 'network {{.Name}}'),
    docker('volume', 'ls', ...own, '--format', 'volume {{.Name}}'),
  ]);
  return [containers, networks, volumes].flatMap((text) => text.split('\n')).filter((line) => line !== '');
}

/** Takes away what is left of a lab, without the product: for the end of a test that failed. */
export async function sweep(lab: string): Promise<void> {
  for (const object of await objectsOf(lab)) {
    const [kind = '', name = ''] = object.split(' ');
    await docker(kind, 'rm', '-f', name).catch(() => undefined);
  }
}

/** Runs a command in a node of a lab. Returns its output. */
export function inNode(lab: string, node: string, ...words: readonly string[]): Promise<string> {
  return docker('exec', `${lab}-${node}`, ...words);
}

/** When the database server of each of these nodes itself said that it leads OVN Northbound: not through Quorate. */
export function watchLeaders(lab: string, nodes: readonly string[], onLeads: (node: string, at: number) => void) {
  const children = nodes.map((node) => {
    const monitor = ['monitor', 'unix:/var/run/ovn/ovnnb_db.sock', '_Server', 'Database', 'name,leader'];
    const words = ['exec', `${lab}-${node}`, 'ovsdb-client', '--format=json', ...monitor];
    const child = spawn('docker', words, { stdio: ['ignore', 'pipe', 'ignore'] });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const at = Date.now();
      const { headings, data } = JSON.parse(line) as { headings: string[]; data: unknown[][] };
      const of = (row: unknown[], name: string) => row[headings.indexOf(name)];
      if (data.some((row) => of(row, 'action') !== 'old' && of(row, 'name') === 'OVN_Northbound' && of(row, 'leader')))
        onLeads(node, at);
    });
    return child;
  });
  return () => children.forEach((child) => child.kill());
}
