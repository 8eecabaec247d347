import { tick } from 'svelte';
import type { DockState } from './dock/dock-state.svelte.ts';
import type { LabState } from './lab-state.svelte.ts';

/** What the keys of the lab's screen reach beyond its state. */
export interface KeyDoors {
  openBreak(): void;
  addNode(): void;
  /** To the previous or next event of the record. */
  step(way: -1 | 1): void;
}

/** The keys of the lab's screen (design language, section 7). */
export class LabKeys {
  constructor(
    private readonly lab: LabState,
    private readonly dock: DockState,
    private readonly doors: KeyDoors,
  ) {}

  /** Keys that work everywhere on this screen, a terminal included. Returns whether it took the key. */
  takes(event: KeyboardEvent): boolean {
    const command = event.ctrlKey || event.metaKey;
    if (!command || event.altKey) return false;
    if (event.code === 'KeyP' && event.shiftKey) return true;
    if (event.code === 'KeyC' && event.shiftKey) {
      event.preventDefault();
      const selected = [...this.dock.sessions.values()].find((session) =>
        session.terminal.element?.contains(document.activeElement),
      );
      const text = selected?.terminal.getSelection() ?? '';
      // A page that may not write says so by the browser's own means; nothing is lost.
      if (text !== '') void navigator.clipboard.writeText(text).catch(() => undefined);
      return true;
    }
    // The browser pastes by itself, and xterm takes it from there with bracketed paste.
    if (event.code === 'KeyV' && (event.shiftKey || event.metaKey)) return true;
    if (event.key === 'ArrowUp' && event.shiftKey) {
      event.preventDefault();
      document.getElementById(`tab-${this.dock.tabs.left}`)?.focus();
      return true;
    }
    return this.#takesDockKey(event);
  }

  /** Keys of the page, outside fields, menus and terminals. */
  onkeydown(event: KeyboardEvent): void {
    if (event.defaultPrevented || this.#takesDockKey(event)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    const own = 'input, textarea, select, [role="dialog"], [role="menu"], .xterm';
    if (target instanceof HTMLElement && target.closest(own)) return;
    if (this.#does(event.key)) event.preventDefault();
  }

  #does(key: string): boolean {
    const { lab, doors } = this;
    switch (key) {
      case 'b':
      case 'B':
        doors.openBreak();
        return true;
      case 'a':
      case 'A':
        if (lab.recipe?.canResize !== true || lab.live?.runId !== null) return false;
        doors.addNode();
        return true;
      case 'l':
      case 'L':
        lab.toggleLayer('logical');
        return true;
      case '[':
        doors.step(-1);
        return true;
      case ']':
        doors.step(1);
        return true;
      case 'Escape':
        if (lab.past.cursor === null) return lab.deselect();
        lab.past.live();
        return true;
      default:
        return false;
    }
  }

  #takesDockKey(event: KeyboardEvent): boolean {
    const { lab, dock } = this;
    if (event.shiftKey || event.altKey || !(event.ctrlKey || event.metaKey)) return false;
    if (event.code === 'Backquote') {
      lab.resize({ dockShown: !lab.sizes.dockShown });
      if (lab.sizes.dockShown) void tick().then(() => dock.sessions.get(dock.tabs.left)?.focus());
    } else if (/^Digit[1-9]$/.test(event.code)) {
      const id = dock.showNth(Number(event.code.slice(5)));
      if (id === null) return false;
      lab.resize({ dockShown: true });
      void tick().then(() => dock.sessions.get(id)?.focus());
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
