import type { ITheme } from '@xterm/xterm';

/** The sixteen colours programs choose from, black to white, then their bright kin; chosen to be told apart on the terminal's ground. */
const ansi = {
  light: [
    '#1b2427',
    '#b3261e',
    '#1a7040',
    '#875000',
    '#1f5fa8',
    '#8a3c8f',
    '#006880',
    '#5c686b',
    '#435054',
    '#c8362d',
    '#1f8a4e',
    '#9c5f00',
    '#2a72c4',
    '#a04ba6',
    '#007d99',
    '#7d888b',
  ],
  dark: [
    '#3d494d',
    '#ff8f82',
    '#62c98d',
    '#f0b350',
    '#82b4ff',
    '#d9a0e0',
    '#58c4dc',
    '#dbe3e4',
    '#8f9da0',
    '#ffaba1',
    '#84dba7',
    '#f7c877',
    '#a5caff',
    '#e6bdea',
    '#7bd3e6',
    '#ffffff',
  ],
} as const;

const names = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'brightBlack',
  'brightRed',
  'brightGreen',
  'brightYellow',
  'brightBlue',
  'brightMagenta',
  'brightCyan',
  'brightWhite',
] as const;

/** Colours of a terminal in the page's theme; ground and text are the tokens `--term-*`. */
export function terminalTheme(theme: 'light' | 'dark', styles: CSSStyleDeclaration): ITheme {
  const token = (name: string): string => styles.getPropertyValue(name).trim();
  const palette = Object.fromEntries(names.map((name, index) => [name, ansi[theme][index]]));
  return {
    ...palette,
    background: token('--term-bg'),
    foreground: token('--term-ink'),
    cursor: token('--term-ink'),
    cursorAccent: token('--term-bg'),
    selectionBackground: token('--accent-soft'),
    selectionForeground: token('--ink'),
    selectionInactiveBackground: token('--hover'),
  };
}
