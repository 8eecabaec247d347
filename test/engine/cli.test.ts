import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../electron/engines/detect.ts';
import type { Engine } from '../../electron/engines/engine.ts';
import { recipes } from '../../electron/recipes/index.ts';
import type { LabEvent } from '../../shared/event.ts';
import type { LabSummary, LabView } from '../../shared/lab.ts';
import type { Receipt } from '../../shared/run.ts';

const root = new URL('../..', import.meta.url).pathname;
const entry = join(root, 'dist', 'cli.js');
const folder = mkdtempSync(join(tmpdir(), 'door-cli-'));
const lab = `door-${randomBytes(3).toString('hex')}`;
let engine: Engine;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `quorate` as a person's shell would: no terminal, its own streams. */
function start(words: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [entry, ...words], { env: { ...process.env, ...environment } });
  const ended = (async (): Promise<Ended> => {
    const [[code], out, err] = await Promise.all([
      once(child, 'close') as Promise<[number | null]>,
      text(child.stdout),
      text(child.stderr),
    ]);
    return { code, out, err };
  })();
  return { child, ended };
}

async function quorate(...words: string[]): Promise<Ended> {
  const { child, ended } = start(words);
  child.stdin.end();
  return ended;
}

async function json<T>(...words: string[]): Promise<T> {
  const { code, out, err } = await quorate(...words, '--json');
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as T;
}

/** What the engine holds of labs made here. */
async function left(): Promise<string[]> {
  const { nodes, networks } = await engine.list();
  return [...nodes, ...networks].filter((one) => one.lab.startsWith(lab)).map((one) => one.name);
}

function labFile(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

beforeAll(async () => {
  await promisify(execFile)(process.execPath, [join(root, 'electron', 'setup', 'build.mjs')]);
  engine = await openEngine();
});

afterAll(async () => {
  const names = [lab, `${lab}-b`];
  for (const name of names) {
    const { nodes, networks } = await engine.list(name);
    for (const node of nodes) await engine.removeNode(node.id);
    for (const network of networks) await engine.removeNetwork(network.name);
  }
  engine.close();
  rmSync(folder, { recursive: true });
});

describe('bad input ends with 2, says what and where, and creates nothing', () => {
  const name = ['deploy', 'ovn-raft', '--name'];
  it.concurrent.each<[string, string[], string]>([
    ['an unknown verb', ['deplyo'], 'Did you mean deploy?'],
    ['an unknown option', ['list', '--al'], "unknown option '--al'"],
    ['a missing argument', ['inspect'], "missing required argument 'lab'"],
    ['too many arguments', ['inspect', 'a', 'b'], 'too many arguments'],
    ['an unknown recipe', ['deploy', 'kubernetes'], 'Known are microovn, ovn-raft'],
    ['a recipe named like a part of JavaScript', ['deploy', '__proto__'], 'There is no recipe'],
    ['a name with a space', [...name, 'my lab'], 'Use my-lab'],
    ['a name with quotes', [...name, `a"b'c`], 'only small letters'],
    ['a name with a semicolon', [...name, 'a;reboot'], 'only small letters'],
    ['a name with a substitution', [...name, '$(touch /tmp/door-pwned)'], 'must begin with'],
    ['a name in another script', [...name, 'лаб'], 'must begin with'],
    ['a name with a slash', [...name, '../a'], 'must begin with'],
    ['a name with a newline', [...name, 'a\nb'], 'only small letters'],
    ['a name like an option', [...name, '--all'], 'must begin with'],
    ['an empty name', [...name, ''], 'it is empty'],
    ['a name of 300 letters', [...name, 'a'.repeat(300)], '300 characters'],
    ['no nodes', ['deploy', 'ovn-raft', '--nodes', '0'], 'are the fewest'],
    ['less than none', ['deploy', 'ovn-raft', '--nodes', '-1'], 'are the fewest'],
    ['half a node', ['deploy', 'ovn-raft', '--nodes', '1.5'], 'whole number'],
    ['a billion', ['deploy', 'ovn-raft', '--nodes', '1000000000'], 'are the most'],
    ['a billion, shortly', ['deploy', 'ovn-raft', '--nodes', '1e9'], 'whole number'],
    ['words for nodes', ['deploy', 'ovn-raft', '--nodes', 'three'], 'whole number'],
    ['too little memory', ['deploy', 'ovn-raft', '--memory', '1'], 'are the fewest'],
    ['a setting without a value', ['deploy', 'ovn-raft', '--set', 'demo'], '--set key=value'],
    ['an unknown setting', ['deploy', 'ovn-raft', '--set', 'colour=red'], 'no setting «colour»'],
    ['a setting every object has', ['deploy', 'ovn-raft', '--set', 'constructor=x'], 'no setting «constructor»'],
    ['a setting that makes objects', ['deploy', 'ovn-raft', '--set', '__proto__=x'], 'no setting «__proto__»'],
    ['a setting out of its bounds', ['deploy', 'ovn-raft', '--set', 'electionTimer=1'], 'are the fewest'],
    ['a setting of another kind', ['deploy', 'ovn-raft', '--set', 'demo=maybe'], 'demo'],
    ['an unknown choice', ['deploy', 'ovn-raft', '--set', 'transport=pigeon'], 'tcp'],
    ['a lab file that is not there', ['deploy', './none.quorate.yaml'], 'Cannot read the lab file'],
    ['a folder as a lab file', ['deploy', tmpdir()], 'Cannot read the lab file'],
    ['an unknown lab to inspect', ['inspect', 'door-none'], 'no lab named door-none'],
    ['an unknown lab to destroy', ['destroy', 'door-none', '--yes'], 'There is no lab "door-none"'],
    ['nothing to destroy', ['destroy'], 'Which lab?'],
    ['all and one to destroy', ['destroy', 'door-none', '--all', '--yes'], 'not both'],
    ['an unknown lab to act on', ['kill', 'door-none', 'node-1'], 'door-none'],
    ['an unknown lab to enter', ['exec', 'door-none', 'node-1', 'true'], 'There is no lab "door-none"'],
    ['an unknown lab to do something with', ['do', 'door-none', 'max-voters'], 'There is no lab "door-none"'],
    ['an unknown lab to ask for flows', ['do', 'door-none'], 'There is no lab "door-none"'],
    ['no lab to do something with', ['do'], "missing required argument 'lab'"],
    ['no command to run', ['exec', 'door-none', 'node-1', '--'], 'Which command?'],
    ['a shell without a terminal', ['shell', 'door-none', 'node-1'], 'needs a terminal'],
    ['an unknown shell to complete', ['completion', 'tcsh'], 'bash, zsh, fish'],
    ['a port that is none', ['serve', '--port', '70000'], 'is no port'],
    ['a port in words', ['serve', '--port', 'http'], 'is no port'],
  ])('%s', async (_what, words, says) => {
    const { code, out, err } = await quorate(...words);
    expect(err).toContain(says);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it.each<[string, string, string]>([
    ['a bound', 'recipe: ovn-raft\n\nnodes: 99\n', 'x.quorate.yaml:3:8: '],
    ['a setting', 'recipe: ovn-raft\nsettings:\n  transport: pigeon\n', 'x.quorate.yaml:3:14: '],
    ['an unknown setting', 'recipe: ovn-raft\nsettings:\n  colour: red\n', 'x.quorate.yaml:3:11: '],
    ['an unknown recipe', 'nodes: 1\nrecipe: nomad\n', 'x.quorate.yaml:2:9: '],
    ['a mistyped key', 'recipe: ovn-raft\nnode: 3\n', 'did you mean "nodes"?'],
    ['flows where there are none', 'recipe: ovn-raft\nthen:\n  - do: evacuate\n', 'x.quorate.yaml:3:9: '],
    ['an unknown flow', 'recipe: lxd\nthen:\n  - do: evakuate\n', 'fix: Did you mean evacuate?'],
    ['a flow without its node', 'recipe: lxd\nthen:\n  - do: evacuate\n', '«evacuate» needs a node'],
    [
      'a node it will not have',
      'recipe: lxd\nnodes: 1\nthen: [{ do: evacuate, on: node-2 }]\n',
      'x.quorate.yaml:3:28: ',
    ],
    ['a flow its nodes may not do', 'recipe: lxd\nthen:\n  - do: max-voters\n  - do: launch\n', 'x.quorate.yaml:4:9: '],
    ['a cycle', 'recipe: ovn-raft\nsettings: &s\n  x: *s\n', 'anchor or alias'],
  ])('a lab file with %s', async (_what, content, says) => {
    const { code, err } = await quorate('deploy', labFile('x.quorate.yaml', content));
    expect(err).toContain(says);
    expect(code).toBe(2);
  });

  it('a lab file of 2 MiB, without reading it', async () => {
    const { code, err } = await quorate('deploy', labFile('huge.quorate.yaml', `#${'x'.repeat(2 * 1024 * 1024)}`));
    expect(err).toContain('larger than 1 MiB');
    expect(code).toBe(2);
  });

  it('as JSON, one document with code and field', async () => {
    const { code, out } = await quorate('deploy', 'ovn-raft', '--nodes', '99', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'input/invalid', field: 'nodes' } });
  });

  it('leaves the engine as it was', async () => {
    expect(await left()).toEqual([]);
  });
});

describe('without an engine', () => {
  const nowhere = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };

  it.each([['list'], ['deploy', 'ovn-raft'], ['destroy', 'x', '--yes'], ['doctor'], ['exec', 'a', 'b', 'true']])(
    '%s ends with 3 and the fix',
    async (...words) => {
      const { child, ended } = start(words, nowhere);
      child.stdin.end();
      const { code, err } = await ended;
      expect(err).toContain('fix:');
      expect(code).toBe(3);
    },
  );

  it('bad input ends with 2 all the same', async () => {
    const { code, err } = await start(['deploy', 'ovn-raft', '--nodes', '99'], nowhere).ended;
    expect([code, err]).toEqual([2, expect.stringContaining('are the most')]);
  });

  it('tells what can be deployed all the same', async () => {
    const { code, out } = await start(['recipes', '--json'], nowhere).ended;
    const cards = JSON.parse(out) as { kind: string; image: string }[];
    expect({ code, cards: cards.map(({ kind, image }) => [kind, image]) }).toEqual({
      code: 0,
      cards: [...recipes.keys()].map((kind) => [kind, 'unknown']),
    });
  });
});

describe('a lab from file to receipt', () => {
  it('deploys, the options winning over the file, with events as JSON lines', async () => {
    const path = labFile('lab.quorate.yaml', `recipe: ovn-raft\nname: ${lab}\nnodes: 9\nsettings: { demo: false }\n`);
    const { code, out, err } = await quorate('deploy', path, '--nodes', '1', '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LabEvent);
    expect(events[0]).toMatchObject({ type: 'run', action: 'start', attributes: { lab, kind: 'deploy' } });
    expect(events.at(-1)).toMatchObject({ type: 'run', action: 'end', attributes: { lab, state: 'done' } });
    expect(events.filter((event) => event.attributes.state === 'failed')).toEqual([]);
  });

  it('lists it and inspects it: complete, its databases with a leader', async () => {
    const labs = await json<LabSummary[]>('list');
    expect(labs.find((one) => one.name === lab)).toMatchObject({ recipe: 'ovn-raft', nodes: [{ name: 'node-1' }] });
    const view = await json<LabView>('inspect', lab);
    expect(view).toMatchObject({ name: lab, state: 'complete', request: { nodes: 1, settings: { demo: false } } });
    expect(view.databases.map((database) => database.replicas.map((replica) => replica.leads))).toEqual([
      [true],
      [true],
    ]);
    const { out } = await quorate('inspect', lab);
    expect(out).toMatch(/node-1 +leader/);
  });

  it('refuses a second lab of that name', async () => {
    const { code, err } = await quorate('deploy', 'ovn-raft', '--name', lab);
    expect(err).toContain('there already');
    expect(code).toBe(2);
  });

  it('passes streams and exit code of a command through', async () => {
    const { code, out, err } = await quorate('exec', lab, 'node-1', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7');
    expect({ code, out, err }).toEqual({ code: 7, out: 'out\n', err: 'err\n' });
    const words = ['exec', lab, 'node-1', 'printf', '[%s]', '--json', '$(id)', "a'b", '', '*', 'ä\n'];
    expect((await quorate(...words)).out).toBe("[--json][$(id)][a'b][][*][ä\n]");
  });

  it('passes bytes through unchanged, both ways, and a lot of them', async () => {
    const sent = randomBytes(5_000_000);
    const child = spawn(process.execPath, [entry, 'exec', lab, 'node-1', '--', 'cat']);
    child.stdin.end(sent);
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(sent)).toBe(true);
  });

  it('ends a command by Ctrl-C, in the node too', async () => {
    const { child, ended } = start(['exec', lab, 'node-1', '--', 'sh', '-c', 'echo up; exec sleep 4711']);
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    const { out } = await quorate('exec', lab, 'node-1', '--', 'ps', '-eo', 'args');
    expect(out).not.toContain('sleep 4711');
  });

  // Three looks at a node that does not answer, each waiting 10 s for it.
  it('breaks and mends, twice the same being no error, and refuses what makes no sense', async () => {
    const view = async () => (await json<LabView>('inspect', lab)).nodes[0];
    await json('pause', lab, 'node-1');
    await json('pause', lab);
    expect(await view()).toMatchObject({ state: 'paused', answers: { answers: false } });
    expect((await quorate('inspect', lab)).out).toMatch(/node-1 +node is paused/);
    const refused = await quorate('start', lab, 'node-1');
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(`quorate resume ${lab} node-1`)]);
    await json('resume', lab);
    await json('cut', lab, 'node-1');
    expect(await view()).toMatchObject({ state: 'running', cut: true });
    await json('restore', lab, 'node-1');
    await json('restore', lab, 'node-1');
    expect(await view()).toMatchObject({ cut: false });
    await json('kill', lab, 'node-1');
    const dead = await quorate('exec', lab, 'node-1', 'true');
    expect([dead.code, dead.err]).toEqual([1, expect.stringContaining(`quorate start ${lab} node-1`)]);
    await json('start', lab);
    await json('restart', lab, 'node-1');
    await json('stop', lab);
    await json('stop', lab);
    expect(await view()).toMatchObject({ state: 'stopped' });
    await json('start', lab, 'node-1');
  }, 240_000);

  it('records events as JSON lines until Ctrl-C', async () => {
    const { child, ended } = start(['events', lab, '--json']);
    await once(child.stdout, 'data');
    await json('kill', lab, 'node-1');
    await json('start', lab, 'node-1');
    await json('stop', lab, 'node-1');
    child.kill('SIGINT');
    const { code, out } = await ended;
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LabEvent);
    const ofNode = events.filter((event) => event.type === 'node' && event.actor_name === 'node-1');
    expect(code).toBe(0);
    expect(ofNode.map((event) => event.action)).toEqual(expect.arrayContaining(['kill', 'die', 'start']));
  });

  it('prints the ledger as a script that a shell reads', async () => {
    const { code, out } = await quorate('script', lab);
    expect([code, out.split('\n')[0]]).toEqual([0, '#!/bin/sh']);
    await promisify(execFile)('sh', ['-n', labFile('script.sh', out)]);
  });

  it('completes verbs, labs and nodes in bash', async () => {
    const script = `
      quorate() { ${process.execPath} ${entry} "$@"; }
      source <(quorate completion bash)
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      _quorate
      echo "\${COMPREPLY[@]}"`;
    const complete = async (...words: string[]) => {
      const prepared = `COMP_WORDS=(quorate ${words.map((word) => `'${word}'`).join(' ')})`;
      return (await promisify(execFile)('bash', ['-c', `${prepared}\n${script}`])).stdout.trim();
    };
    expect(await complete('de')).toBe('deploy destroy');
    expect(await complete('inspect', lab.slice(0, 9))).toBe(lab);
    expect(await complete('shell', lab, '')).toBe('node-1');
    expect(await complete('member', 'a')).toBe('add');
    expect((await quorate('do', lab)).out).toBe(`The recipe of ${lab} has no flows.\n`);
    expect(await complete('destroy', '--')).toBe('--all --yes --json');
  });

  it('destroys with a receipt and leaves nothing', async () => {
    const receipts = await json<{ lab: string; receipt: Receipt }[]>('destroy', lab, lab);
    expect(receipts).toMatchObject([{ lab, receipt: { remained: [] } }]);
    expect(receipts[0]?.receipt.removed.map(({ name }) => name).sort()).toEqual(
      [`${lab}-mgmt`, `${lab}-node-1`, `${lab}-underlay`].sort(),
    );
    expect(await left()).toEqual([]);
  });
});

it('cancels a deploy by Ctrl-C at once and leaves nothing', async () => {
  const { child, ended } = start(['deploy', 'ovn-raft', '--name', `${lab}-b`]);
  const deadline = Date.now() + 20_000;
  while ((await left()).length === 0 && Date.now() < deadline) await new Promise((next) => setTimeout(next, 20));
  expect(await left()).not.toEqual([]);
  child.kill('SIGINT');
  const { code, out, err } = await ended;
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain('Cancelled; nothing is left.');
  expect(await left()).toEqual([]);
});

it('serves on 127.0.0.1 alone, with one line, until it is told to end', async () => {
  const { child, ended } = start(['serve']);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const url = new URL(line.toString().trim());
  expect(url.hash).toMatch(/^#token=[\w-]{43}$/);
  const page = await fetch(url.origin);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>')]);
  const port = Number(url.port).toString(16).toUpperCase().padStart(4, '0');
  const listening = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').split('\n'));
  const ours = listening
    .map((row) => row.trim().split(/\s+/))
    .filter((row) => row[3] === '0A' && row[1]?.endsWith(`:${port}`));
  expect(ours.map((row) => row[1])).toEqual([`0100007F:${port}`]);
  const second = await quorate('serve', '--port', url.port);
  expect([second.code, second.err]).toEqual([2, expect.stringContaining('in use')]);
  child.kill('SIGTERM');
  const { code, out } = await ended;
  expect([code, out]).toEqual([0, line.toString()]);
});
