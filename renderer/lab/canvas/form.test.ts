import { describe, expect, it } from 'vitest';
import { boxAt, formAt, formBox, formPitch, formsForCount, sideMargin } from './form.ts';

describe('formAt', () => {
  it('draws cards from 75 %, small cards from 45 %, tiles from 25 %, then cells', () => {
    const at = (zoom: number): string => formAt(formPitch.card, zoom);
    expect([2, 1, 0.76, 0.74, 0.46, 0.44, 0.26, 0.24].map(at)).toEqual([
      'card',
      'card',
      'card',
      'small',
      'small',
      'tile',
      'tile',
      'cell',
    ]);
  });

  it('turns a layout of tiles into small cards when zoomed in far enough for both sides to fit', () => {
    expect(formAt(formPitch.tile, 1)).toBe('tile');
    expect(formAt(formPitch.tile, 2)).toBe('tile');
    expect(formAt(formPitch.tile, 2.4)).toBe('small');
  });
});

describe('boxAt', () => {
  it('never overlaps the neighbour, at any zoom', () => {
    for (const base of ['card', 'small', 'tile'] as const) {
      for (let zoom = 0.2; zoom < 3; zoom += 0.01) {
        const form = formAt(formPitch[base], zoom);
        if (form === 'cell') continue;
        expect(boxAt(form, { base, pitch: formPitch[base] }, zoom).width).toBeLessThan(formPitch[base].width * zoom);
      }
    }
  });

  it('ends within the room its layout keeps beside it, at the zooms that show a whole layout', () => {
    for (const base of ['card', 'small', 'tile'] as const) {
      for (let zoom = 0.75; zoom <= 1; zoom += 0.01) {
        const { width } = boxAt(base, { base, pitch: formPitch[base] }, zoom);
        expect(width, `${base} at ${String(zoom)}`).toBeLessThanOrEqual((formBox[base].width + 2 * sideMargin) * zoom);
      }
    }
  });

  it('keeps the full size at 100 %', () => {
    const full = (form: 'card' | 'small' | 'tile') => boxAt(form, { base: form, pitch: formPitch[form] }, 1);
    expect(full('card')).toEqual({ width: 320, height: 112 });
    expect(full('small')).toEqual({ width: 208, height: 84 });
    expect(full('tile')).toEqual({ width: 96, height: 28 });
  });
});

it('allows cards up to 6 nodes, small cards up to 24, tiles up to 80', () => {
  expect([6, 7, 24, 25, 80, 81].map((count) => formsForCount(count)[0])).toEqual([
    'card',
    'small',
    'small',
    'tile',
    'tile',
    'cell',
  ]);
});
