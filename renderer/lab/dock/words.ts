import { count } from '../../lib/format.ts';

/** The words of the dock, as `lab/words.ts` holds those of the rest of the lab's screen. */
export const dockWords = {
  name: 'Terminals, ledger, logs',
  ledger: 'Ledger',
  logs: 'Logs',
  newTerminal: 'New terminal',
  shellOn: (node: string) => `Shell on ${node}`,
  newOutput: ', new output',
  close: (tab: string) => `Close ${tab} (Delete)`,
  typingInto: (nodes: number) => `typing into ${count(nodes, 'node')}`,
  typeIntoAll: 'Type into all nodes',
  search: 'Search in the terminal',
  split: 'Split',
  join: 'Join',
  hide: 'Hide the dock',
  show: 'Show the dock',

  menu: {
    name: 'Terminal',
    copy: 'Copy',
    paste: 'Paste',
    selectAll: 'Select all',
    search: 'Search…',
    clear: 'Clear the screen',
    close: 'Close the shell',
    noCopy: 'The clipboard is not open to this page.',
    noPaste: 'This page may not read the clipboard.',
    pasteByKey: 'Press Ctrl+Shift+V in the terminal instead.',
  },

  log: {
    node: 'Node',
    file: 'File',
    noFile: 'no file yet',
    again: 'Look again',
    asking: (node: string | null) => `Asking ${node ?? 'the nodes'}.`,
    none: (node: string) => `No log file on ${node} yet.`,
    empty: 'This file is empty.',
    of: (node: string) => `Log of ${node}`,
  },
} as const;
