import { chromium, type Page } from '@playwright/test';
import { join } from 'node:path';
import type { LabView } from '../../shared/lab.ts';
import { labView, record, type Shape } from '../e2e/lab/views.ts';
import { compare, format, percentile, roundsOr, type Result } from './measure.ts';
import { openStagedDoor, type StagedDoor } from './staged-door.ts';

const folder = join(import.meta.dirname, 'renderer');
const healthy: Shape = { nodes: 3, leaders: { cluster: 2, nb: 1, sb: 3 }, terms: { cluster: 2, nb: 3, sb: 2 } };
const viewport = { width: 1440, height: 900 };
/** Milliseconds between two views that differ in one node. */
const tick = 250;

/**
 * (e) Milliseconds per frame while the canvas is zoomed in and out by a wheel event per frame, and panned, and one node changes four times
 * a second; against an empty page that gets the same events. Pixels are drawn by the processor.
 */
export async function benchCanvas(): Promise<Result[]> {
  const browser = await chromium.launch({ executablePath: process.env['QUORATE_CHROMIUM'] ?? '/usr/bin/chromium' });
  try {
    const empty = await browser.newPage({ viewport });
    const results: Result[] = [];
    for (const [nodes, bar] of [
      [50, 1.3],
      [200, 1.6],
    ] as const) {
      const page = await browser.newPage({ viewport });
      const view = labView({ ...healthy, nodes });
      const door = await openStagedDoor(folder, view, record(view, null));
      await page.goto(door.url);
      await page.locator('[data-node]').last().waitFor();
      const late: number[] = [];
      const name = `(e) frame of the canvas, ${nodes} nodes`;
      const result = await compare({
        name,
        unit: 'ms',
        rounds: roundsOr(8),
        bar,
        subject: async () => {
          await page.bringToFront();
          const ticking = ticks(door, view);
          try {
            const spans = await frames(page, '.svelte-flow__pane');
            late.push(percentile(spans, 0.95));
            return mean(spans);
          } finally {
            clearInterval(ticking);
          }
        },
        reference: async () => {
          await empty.bringToFront();
          return mean(await frames(empty, 'body'));
        },
      });
      results.push({
        ...result,
        where: [`95 of 100 frames of the canvas took at most ${format(percentile(late, 0.5))} ms`],
      });
      await page.close();
      await door.close();
    }
    return results;
  } finally {
    await browser.close();
  }
}

const mean = (spans: readonly number[]) => spans.reduce((sum, span) => sum + span, 0) / spans.length;

/** Pushes a view in which one node is paused or comes back, and nothing else is new. */
function ticks(door: StagedDoor, view: LabView): NodeJS.Timeout {
  let round = 0;
  return setInterval(() => {
    round += 1;
    const paused = round % view.nodes.length;
    door.push({
      ...view,
      at: Date.now(),
      nodes: view.nodes.map((node, index) =>
        index === paused ? { ...node, state: 'paused', since: Date.now() } : node,
      ),
    });
  }, tick);
}

/** Spans between frames over two seconds, in each of which the element gets a wheel event: zoom to twice and back, from moving places. */
function frames(page: Page, selector: string): Promise<readonly number[]> {
  return page.evaluate(
    (target) =>
      new Promise<number[]>((resolve) => {
        const element = document.querySelector(target);
        const spans: number[] = [];
        let begun = 0;
        let last = 0;
        const frame = (at: number): void => {
          if (last === 0) begun = at;
          else spans.push(at - last);
          last = at;
          if (at - begun >= 2000) return resolve(spans);
          const turn = (at - begun) / 1000;
          element?.dispatchEvent(
            new WheelEvent('wheel', {
              deltaY: Math.cos(turn * 2 * Math.PI) * -20,
              clientX: 500 + 200 * Math.sin(turn * Math.PI),
              clientY: 350,
              bubbles: true,
              cancelable: true,
            }),
          );
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),
    selector,
  );
}
