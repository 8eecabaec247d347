import { chromium, type Page } from '@playwright/test';
import { StringDecoder } from 'node:string_decoder';
import type { Engine } from '../../electron/engines/engine.ts';
import { nodeTimers } from '../../electron/observe/node-timers.ts';
import { JsonRpcSession, type Json } from '../../shared/ovsdb/session.ts';
import { startDoor } from './bench-backend.ts';
import { limit, roundsOr, type Result } from './measure.ts';
import { openSubject } from './subject.ts';

const lab = 'bench-leader';
const database = 'OVN_Northbound';
const control = '/var/run/ovn/ovnnb_db.ctl';

/** Who was seen to lead, and when by the clock of this machine, in milliseconds. */
interface Sight {
  readonly node: string;
  readonly at: number;
}

/**
 * (f) From the push by which a database server itself says that it leads, heard by a monitor of the benchmark's own, to the first frame of
 * the lab's page with that leader: through the browser door in a process of its own, in Chromium.
 */
export async function benchLeader(): Promise<Result[]> {
  const subject = await openSubject();
  const { engine } = subject.workbench;
  const browser = await chromium.launch({ executablePath: process.env['QUORATE_CHROMIUM'] ?? '/usr/bin/chromium' });
  const door = await startDoor();
  const sessions: JsonRpcSession[] = [];
  try {
    await subject.deploy({ recipe: 'ovn-raft', name: lab });
    const { nodes } = await engine.list(lab);
    const said: Sight[] = [];
    const shown: Sight[] = [];
    for (const { id, node } of nodes)
      sessions.push(await monitor(engine, id, () => said.push({ node, at: Date.now() })));
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await watchPage(page, `${door.url}&/lab/${lab}`, (sight) => shown.push(sight));
    await until(() => shown.length > 0 && said.length > 0, 'the page shows no leader');
    const samples: number[] = [];
    for (let round = 0; round < roundsOr(12); round++) {
      const leader = said.at(-1)?.node;
      const id = nodes.find(({ node }) => node === leader)?.id ?? '';
      const before = said.length;
      await engine.exec(id, ['ovs-appctl', '-t', control, 'cluster/failure-test', 'transfer-leadership'], {
        timeout: 5000,
      });
      await until(() => said.length > before, `${leader} still leads`);
      const push = said[before];
      const sight = () => shown.find(({ node, at }) => node === push?.node && at >= (push?.at ?? 0) - 50);
      // On a busy machine a leader may lose its office before a frame was drawn; then there is nothing to time.
      const isOvertaken = () => said.length > before + 1 && shown.at(-1)?.node === said.at(-1)?.node;
      await until(() => sight() !== undefined || isOvertaken(), `the page does not show ${push?.node}`);
      if (sight() === undefined) continue;
      samples.push((sight()?.at ?? Number.NaN) - (push?.at ?? Number.NaN));
    }
    return [limit({ name: '(f) leader change to screen', unit: 'ms', judged: 'worst', bar: 500, samples })];
  } finally {
    for (const session of sessions) session.close();
    await browser.close();
    door.child.kill();
    await subject.destroy(lab).catch(() => undefined);
    await subject.close();
  }
}

/** Calls back whenever this node's server says that it leads, the first time at once if it does. */
async function monitor(engine: Engine, id: string, onLeads: () => void): Promise<JsonRpcSession> {
  const attached = await engine.attach(id, ['socat', '-', 'UNIX-CONNECT:/var/run/ovn/ovnnb_db.sock'], { tty: false });
  const decoder = new StringDecoder();
  const session = new JsonRpcSession(
    `${database} on ${id}`,
    {
      write: (text) => attached.write(Buffer.from(text)),
      onText: (listener) => attached.onData((bytes) => listener(decoder.write(Buffer.from(bytes)))),
      onClose: (listener) => attached.onEnd(() => listener('end of stream')),
      close: () => void attached.kill().catch(() => undefined),
    },
    nodeTimers,
  );
  const look = (updates: Json | undefined) => {
    const { Database: rows = {} } = updates as { Database?: Record<string, Record<string, { leader?: boolean }>> };
    const leads = Object.values(rows).some(
      (row) => (row['initial'] ?? row['insert'] ?? row['modify'])?.leader === true,
    );
    if (leads) onLeads();
  };
  session.onNotify((method, params) => {
    if (method === 'update2') look((params as readonly Json[])[1]);
  });
  await session.call('set_db_change_aware', [true], 10_000);
  const asked = { Database: [{ columns: ['name', 'leader'], where: [['name', '==', database]] }] };
  look(await session.call('monitor_cond', ['_Server', 'bench', asked], 10_000));
  return session;
}

/** Opens the lab's page and calls back with each new leader of the Northbound on a card, timed in the frame that draws it. */
async function watchPage(page: Page, url: string, onLeader: (sight: Sight) => void): Promise<void> {
  await page.exposeFunction('benchLeader', (node: string, at: number) => onLeader({ node, at }));
  await page.goto(url);
  await page.locator('[data-node] .role').first().waitFor();
  await page.evaluate(() => {
    const tell = (window as unknown as { benchLeader: (node: string, at: number) => void }).benchLeader;
    let last = '';
    const look = (): void => {
      const lead = [...document.querySelectorAll('[data-node] .role.lead')].find((role) =>
        role.textContent?.includes('OVN NB'),
      );
      const node = lead?.closest('[data-node]')?.getAttribute('data-node') ?? '';
      if (node === last) return;
      last = node;
      if (node !== '') requestAnimationFrame(() => tell(node, Date.now()));
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
    look();
  });
}

/** @throws after 20 s */
async function until(isSo: () => boolean, otherwise: string): Promise<void> {
  const end = Date.now() + 20_000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`${otherwise} after 20 s`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
