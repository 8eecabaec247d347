export const themeChoices = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themeChoices)[number];

const storageKey = 'quorate.theme';

/** Light or dark: what the system says, unless the user chose; the choice is remembered. Writes `data-theme` on the root. */
export class Theme {
  #choice = $state.raw<ThemeChoice>('system');
  #systemIsDark = $state.raw(false);

  constructor(
    private readonly root: HTMLElement,
    private readonly storage: Storage,
    system: MediaQueryList,
  ) {
    const stored = storage.getItem(storageKey);
    this.#choice = themeChoices.find((choice) => choice === stored) ?? 'system';
    this.#systemIsDark = system.matches;
    system.addEventListener('change', (event) => {
      this.#systemIsDark = event.matches;
      this.#apply();
    });
    this.#apply();
  }

  get choice(): ThemeChoice {
    return this.#choice;
  }

  /** What is on the screen now. */
  get shown(): 'light' | 'dark' {
    if (this.#choice !== 'system') return this.#choice;
    return this.#systemIsDark ? 'dark' : 'light';
  }

  choose(choice: ThemeChoice): void {
    this.#choice = choice;
    this.storage.setItem(storageKey, choice);
    this.#apply();
  }

  #apply(): void {
    this.root.dataset['theme'] = this.shown;
  }
}
