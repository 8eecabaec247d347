import { fromWireError, type WireError } from '../../shared/errors.ts';
import type { LabEvent } from '../../shared/event.ts';
import { needEngine, type Cli } from './cli.ts';

/** Prints a lab's record as it grows, one event a line, until Ctrl-C or until the lab is gone. Watching is what makes it recorded. */
export async function events(cli: Cli, lab: string): Promise<void> {
  await needEngine(cli);
  await new Promise<void>((resolve, reject) => {
    const ended = (error: WireError | null) => (error ? reject(fromWireError(error)) : resolve());
    const undo = [
      cli.client.subscribe('lab', { lab }, () => undefined, ended),
      cli.client.subscribe('events', { lab }, (batch) => batch.forEach((event) => write(cli, event)), ended),
    ];
    cli.signal.addEventListener('abort', () => {
      for (const one of undo) one();
      resolve();
    });
  });
}

function write(cli: Cli, event: LabEvent): void {
  const attributes = Object.entries(event.attributes).map(([name, value]) => `${name}=${value}`);
  const line = [event.timestamp, event.type, event.action, event.actor_name, ...attributes].join(' ');
  cli.write(`${cli.json ? JSON.stringify(event) : line}\n`);
}
