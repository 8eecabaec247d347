import { expect, type Locator, type Page } from '@playwright/test';
import type { LabView } from '../../../shared/lab.ts';
import { fileURLToPath } from 'node:url';
import { Door } from './door.ts';
import { labView, record, type Shape } from './views.ts';

const folder = process.env['QUORATE_PAGE'] ?? fileURLToPath(new URL('../../../dist/renderer', import.meta.url));

/** Three nodes, each leading one of the three databases. */
export const healthy: Shape = { nodes: 3, leaders: { cluster: 2, nb: 1, sb: 3 }, terms: { cluster: 2, nb: 3, sb: 2 } };

/** Opens the lab's screen alone: the built page against views that the test pushes; no engine. */
export async function openScreen(page: Page, shape: Shape = healthy): Promise<Door> {
  return openView(page, labView(shape));
}

/** The same on a view of any recipe. */
export async function openView(page: Page, view: LabView): Promise<Door> {
  const door = new Door(view, record(view, null));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') door.complaints.push(message.text());
  });
  await door.open(page, folder);
  await expect(page.locator('[data-node]').first()).toBeVisible();
  return door;
}

/** What was typed into shells so far, piece by piece, e.g. `node-1: l`. */
export function typed(door: Door): readonly string[] {
  return door.calls.flatMap((call) => {
    const input = call.input as { node?: string; text?: string };
    return call.name === 'typed' ? [`${input.node ?? ''}: ${input.text ?? ''}`] : [];
  });
}

/** The card of a node on the canvas. */
export const nodeOn = (page: Page, name: string): Locator => page.locator(`[data-node="${name}"]`);
