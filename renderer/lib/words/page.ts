import { count } from '../format.ts';

/** What stands around every screen. */
export const pageWords = {
  top: {
    find: 'Search, or run a command',
    theme: { system: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' },
    about: 'About Quorate',
    skipToMain: 'Skip to the main part',
  },

  connection: {
    away: 'The backend of Quorate does not answer. Labs go on; what is shown here is old. Trying again by itself.',
    refused:
      'The backend of Quorate runs and does not know this page: what is shown is old. Open the address it printed when it started.',
    tryNow: 'Try now',
  },

  engine: {
    any: 'The container engine',
    looking: 'Looking for a container engine',
    ready: (engine: string, version: string) => `${engine} ${version} answers`,
    none: 'No engine',
    denied: (engine: string) => `${engine}: not allowed`,
    stopped: (engine: string) => `${engine} does not answer`,
    facts: (cores: number | null, memory: string | null) =>
      [cores === null ? null : count(cores, 'core'), memory].filter((part) => part !== null).join(' · '),
    tried: 'It also looked at:',
    byItself: 'Quorate also notices by itself when an engine comes back.',
    notKnown: 'Engine not known',
  },

  palette: {
    title: 'Commands',
    placeholder: 'Search actions, nodes and labs',
    none: (text: string) => `Nothing is called «${text}».`,
    count: (number: number) => count(number, 'match', 'matches'),
    hint: '↑ ↓ choose, Enter run, Esc close',
    goHome: 'Go to Home',
    deploy: (recipe: string) => `Deploy ${recipe}`,
    deployOptions: (recipe: string) => `Deploy ${recipe} with options…`,
    openLab: (lab: string) => `Open ${lab}`,
    showNode: (node: string, lab: string) => `Show ${node} of ${lab}`,
    stopLab: (lab: string) => `Stop all nodes of ${lab}`,
    startLab: (lab: string) => `Start all nodes of ${lab}`,
    finishLab: (lab: string) => `Finish ${lab}`,
    destroyLab: (lab: string) => `Destroy ${lab}…`,
    scriptLab: (lab: string) => `Show ${lab} as a script…`,
    theme: { system: 'Use the theme of the system', light: 'Use the light theme', dark: 'Use the dark theme' },
    groups: { go: 'Go to', deploy: 'Deploy', labs: 'Labs', page: 'Page' },
    importFile: 'Import a lab file…',
  },

  about: {
    title: 'About Quorate',
    lead: 'A desktop lab for clusters: real multi-node clusters in local containers, with their quorum in view.',
    shown:
      'What is shown was observed from the running software. Silent means unknown, absent means none, dead means gone.',
    local: 'Quorate talks to the container engine of this machine and to nothing else.',
    version: 'Version',
    licence: 'Licence',
    engine: 'Engine',
    keys: 'Keys',
    keyList: [
      ['Ctrl/Cmd+Shift+P', 'every action, node and lab'],
      ['F6, Shift+F6', 'next, previous region'],
      ['Esc', 'back out one level'],
    ] as const,
  },
} as const;
