import { LabError } from '../../shared/errors.ts';
import type { EngineHealth } from '../../shared/engine.ts';
import type { OldImage } from '../../shared/recipe.ts';
import { note, print, type Cli } from './cli.ts';

/**
 * Prints whether labs can run here, what was tried, and the fix; names the images of earlier recipes, and removes those that nothing uses
 * if asked to.
 * @throws LabError 'engine/*' when labs cannot run, or an image could not be removed
 */
export async function doctor(cli: Cli, options: { readonly clean?: true }): Promise<void> {
  const health = await cli.client.call('engine.look', {});
  const cards = await cli.client.call('recipe.list', {});
  const images = cards.map(({ kind, image }) => ({ recipe: kind, image }));
  const ready = health.state === 'ready';
  const removed = ready && options.clean ? await cli.client.call('image.removeOld', {}) : [];
  const oldImages = ready ? await cli.client.call('image.old', {}) : [];
  print(cli, { engine: health, images, oldImages, ...(options.clean ? { removed } : {}) }, () => [
    ...healthLines(health),
    ...images.map(({ recipe, image }) => `image of ${recipe}: ${image}`),
    ...removed.filter(({ why }) => why === '').map(({ tag }) => `removed ${tag}`),
    ...oldImages.map(oldImageLine),
  ]);
  if (!ready) throw notReady(health);
  const stuck = removed.filter(({ why }) => why !== '');
  if (stuck.length > 0) throw new LabError('engine/refused', stuck.map(({ tag, why }) => `${tag}: ${why}`).join('\n'));
  if (oldImages.some(({ usedBy }) => usedBy.length === 0))
    note(cli, '`quorate doctor --clean` removes the old images that nothing uses.');
}

function notReady(health: EngineHealth): LabError {
  const code = health.state === 'denied' ? 'engine/denied' : 'engine/unreachable';
  return new LabError(code, health.message, health.fix === '' ? {} : { fix: health.fix });
}

function oldImageLine({ tag, usedBy }: OldImage): string {
  return `old image ${tag}, used by ${usedBy.length === 0 ? 'nothing' : usedBy.join(', ')}`;
}

function healthLines(health: EngineHealth): string[] {
  const facts = [
    health.engine === null ? '' : `${health.engine} ${health.version ?? ''} (API ${health.apiVersion ?? 'unknown'})`,
    health.cores === null ? '' : `${health.cores} cores, ${health.memoryMiB ?? '?'} MiB`,
  ].filter((fact) => fact !== '');
  return [
    `engine: ${health.state}`,
    ...facts.map((fact) => `  ${fact}`),
    ...health.tried.map((line) => `  tried ${line}`),
    ...(health.notes ?? []).flatMap(({ message, why, fix }) => [
      `  note: ${message} ${why}`,
      ...(fix === '' ? [] : [`    fix: ${fix}`]),
    ]),
  ];
}
