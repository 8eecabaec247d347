import { pino } from 'pino';
import { handlersWith } from '../../electron/rpc/handlers-for-tests.ts';
import { openBrowserDoor } from '../../electron/serve/browser-door.ts';
import type { EngineHealth } from '../../shared/engine.ts';
import type { LabEvent } from '../../shared/event.ts';
import type { LabView } from '../../shared/lab.ts';
import { recipe } from '../e2e/lab/views.ts';

/** The product's own browser door and WebSocket, behind which there is one lab that never was: views are put on by the benchmark. */
export interface StagedDoor {
  /** Of the lab's page. */
  readonly url: string;
  push(view: LabView): void;
  close(): Promise<void>;
}

const health: EngineHealth = {
  state: 'ready',
  engine: 'docker',
  version: '20.10.24',
  apiVersion: '1.41',
  cores: 2,
  memoryMiB: 24_576,
  tried: [],
  message: '',
  fix: '',
};

/** @param folder of the built page, absolute */
export async function openStagedDoor(folder: string, view: LabView, events: readonly LabEvent[]): Promise<StagedDoor> {
  let now = view;
  const watchers = new Set<(view: LabView) => void>();
  const still =
    <V>(value: V) =>
    (_input: unknown, push: (value: V) => void) => {
      push(value);
      return () => undefined;
    };
  const handlers = handlersWith({
    calls: {
      'engine.look': async () => health,
      'recipe.list': async () => [recipe],
      'terminal.list': async () => [],
      'lab.script': async () => ({ script: '#!/bin/sh\n' }),
    },
    topics: {
      engine: still(health),
      labs: still([]),
      runs: still([]),
      events: still(events),
      lab: (_input, push) => {
        watchers.add(push);
        push(now);
        return () => watchers.delete(push);
      },
    },
  });
  const door = await openBrowserDoor({ handlers, folder, port: 0, log: pino({ level: 'silent' }) });
  return {
    url: `${door.url}&/lab/${encodeURIComponent(view.name)}`,
    push: (next) => {
      now = next;
      for (const push of watchers) push(next);
    },
    close: () => door.close(),
  };
}
