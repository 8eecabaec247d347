import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Page, WebSocketRoute } from '@playwright/test';
import type { WireError } from '../../../shared/errors.ts';
import type { LabEvent } from '../../../shared/event.ts';
import type { LabView, PastView } from '../../../shared/lab.ts';
import type { ClientFrame, ServerFrame } from '../../../shared/rpc.ts';
import type { RunView } from '../../../shared/run.ts';
import { lxdRecipe } from './lxd-parts.ts';
import { recipe } from './views.ts';

const origin = 'http://127.0.0.1:7';
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** The near half of a backend, for the page alone: pushes the views it is given, echoes what is typed, notes what was called. */
export class Door {
  readonly calls: { readonly name: string; readonly input: unknown }[] = [];
  readonly terminals = new Map<string, { readonly node: string; readonly key: string; screen: string }>();
  /** Errors and warnings of the page's console. */
  readonly complaints: string[] = [];
  /** What it kept of a moment, by milliseconds since 1970; nothing unless a test says so. */
  past: (at: number) => PastView = () => ({ view: null, from: null, until: Date.now() });
  /** Answers of a test's own, by call; what is thrown is the refusal. */
  readonly answers: Record<string, (input: unknown) => unknown> = {};
  readonly #runs = new Map<string, RunView>();
  readonly #watched = new Map<number, string>();
  readonly acked = new Map<number, number>();
  #view: LabView;
  #events: readonly LabEvent[];
  #socket: WebSocketRoute | null = null;
  readonly #lab = new Set<number>();
  readonly #streams = new Map<number, string>();

  constructor(view: LabView, events: readonly LabEvent[] = []) {
    this.#view = view;
    this.#events = events;
  }

  /** Opens the built page of `folder` on the lab. */
  async open(page: Page, folder: string): Promise<void> {
    await page.route(`${origin}/**`, (route) => {
      const path = new URL(route.request().url()).pathname;
      const file = join(folder, path === '/' ? 'index.html' : path);
      if (!existsSync(file)) return route.fulfill({ status: 404, body: '' });
      return route.fulfill({
        body: readFileSync(file),
        contentType: types[extname(file)] ?? 'application/octet-stream',
      });
    });
    await page.routeWebSocket(/\/rpc$/, (socket) => {
      this.#socket = socket;
      this.#lab.clear();
      this.#streams.clear();
      socket.onMessage((message) => this.#receive(message));
    });
    await page.goto(`${origin}/#/lab/${encodeURIComponent(this.#view.name)}`);
  }

  push(view: LabView): void {
    this.#view = view;
    for (const id of this.#lab) this.#send({ t: 'value', id, value: view });
  }

  /** A run as it stands now. */
  run(run: RunView): void {
    this.#runs.set(run.id, run);
    for (const [id, of] of this.#watched) if (of === run.id) this.#send({ t: 'value', id, value: run });
  }

  /** What a shell prints. */
  print(terminalId: string, text: string): void {
    const terminal = this.terminals.get(terminalId);
    if (terminal === undefined) return;
    terminal.screen += text;
    for (const [id, of] of this.#streams) if (of === terminalId) this.#bytes(id, text);
  }

  #send(frame: ServerFrame): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  #bytes(id: number, text: string): void {
    const bytes = Buffer.from(text);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(id);
    this.#socket?.send(Buffer.concat([head, bytes]));
  }

  #receive(message: string | Buffer): void {
    if (typeof message !== 'string') {
      const terminalId = this.#streams.get(message.readUInt32BE(0)) ?? '';
      const text = message.subarray(4).toString();
      this.calls.push({ name: 'typed', input: { node: this.terminals.get(terminalId)?.node, text } });
      this.print(terminalId, text.replaceAll('\r', '\r\n'));
      return;
    }
    const frame = JSON.parse(message) as ClientFrame;
    if (frame.t === 'call') this.#call(frame.id, frame.name, frame.input as Record<string, string>);
    else if (frame.t === 'sub') this.#subscribe(frame.id, frame.name, frame.input as Record<string, string>);
    else if (frame.t === 'ack') this.acked.set(frame.id, (this.acked.get(frame.id) ?? 0) + frame.bytes);
    else if (frame.t === 'unsub') {
      this.#lab.delete(frame.id);
      this.#streams.delete(frame.id);
    } else if (frame.t === 'stream') {
      this.#streams.set(frame.id, frame.terminalId);
      this.#bytes(frame.id, this.terminals.get(frame.terminalId)?.screen ?? '');
    }
  }

  #subscribe(id: number, name: string, input: Record<string, string>): void {
    const value = (answer: unknown): void => this.#send({ t: 'value', id, value: answer });
    if (name === 'lab') {
      this.#lab.add(id);
      value(this.#view);
    } else if (name === 'events') value(this.#events);
    else if (name === 'runs') value([]);
    else if (name === 'labs') value([]);
    else if (name === 'terminal') value(this.#info(input['terminalId'] ?? ''));
    else if (name === 'run' && this.#runs.has(input['runId'] ?? '')) {
      this.#watched.set(id, input['runId'] ?? '');
      value(this.#runs.get(input['runId'] ?? ''));
    } else if (name === 'run') this.#send({ t: 'end', id, error: { code: 'input/unknown', message: 'No such run.' } });
  }

  #info(terminalId: string) {
    const terminal = this.terminals.get(terminalId);
    return {
      terminalId,
      key: terminal?.key ?? '',
      lab: this.#view.name,
      node: terminal?.node ?? '',
      state: 'open',
      title: terminal?.node ?? '',
    };
  }

  #call(id: number, name: string, input: Record<string, string>): void {
    this.calls.push({ name, input });
    const ok = (value: unknown): void => this.#send({ t: 'ok', id, value });
    const own = this.answers[name];
    if (own !== undefined) {
      try {
        return ok(own(input));
      } catch (error) {
        return this.#send({ t: 'error', id, error: error as WireError });
      }
    }
    if (name === 'recipe.list') return ok([recipe, lxdRecipe('lxd')]);
    if (name === 'lab.script') return ok({ script: '#!/bin/sh\nset -eu\ndocker network create microovn-1-mgmt\n' });
    if (name === 'lab.past') return ok(this.past(Number(input['at'])));
    if (name === 'node.logs') {
      const files = ['/var/log/ovn/ovn-controller.log', `/var/log/ovn/of-${input['node'] ?? ''}.log`];
      const file = input['file'] ?? files[1] ?? '';
      if (!files.includes(file)) return this.#send({ t: 'error', id, error: { code: 'input/unknown', message: file } });
      return ok({ files, file, text: `${file}: connected\n` });
    }
    if (name === 'terminal.busy') return ok({ busy: false, command: '' });
    if (name === 'terminal.list') return ok([]);
    if (name === 'terminal.open') {
      const known = [...this.terminals].find(([, one]) => one.key === input['key'] && one.node === input['node']);
      const terminalId = known?.[0] ?? `t${String(this.terminals.size + 1)}`;
      const node = input['node'] ?? '';
      if (known === undefined)
        this.terminals.set(terminalId, { node, key: input['key'] ?? '', screen: `root@${node}:~# ` });
      return ok(this.#info(terminalId));
    }
    ok(null);
  }
}
