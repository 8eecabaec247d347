import type { LabState } from '../lab-state.svelte.ts';
import type { CanvasState } from './canvas-state.svelte.ts';
import { nearestNode, type Direction } from './nearest.ts';

/** What the keys of the canvas reach beyond its state. */
export interface CanvasDoors {
  openShell(node: string): void;
  openMenu(node: string, at: { x: number; y: number }): void;
  /** Selects a node, brings it into view and gives it the focus. */
  focusNode(node: string): void;
  /** In CSS pixels. */
  panBy(x: number, y: number): void;
  zoomBy(factor: number): void;
  fit(): void;
}

const ways: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** So far the view moves at one key, in CSS pixels. */
const panStep = 64;

/** The keys of the canvas while a node has the focus (design language, section 7), and undo, which needs none. */
export class CanvasKeys {
  constructor(
    private readonly lab: LabState,
    private readonly canvas: CanvasState,
    private readonly doors: CanvasDoors,
  ) {}

  onkeydown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return;
    const name = event.target.dataset['node'];
    if (name === undefined || !this.#does(event, name, event.target)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Ctrl/Cmd+Z puts back what was dragged last; in a field or a terminal the key is theirs. */
  onWindowKeydown(event: KeyboardEvent): void {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key === 'z';
    if (event.defaultPrevented || !isUndo) return;
    if (event.target instanceof Element && event.target.closest('input, textarea, select, [role="dialog"]')) return;
    if (this.canvas.undo()) event.preventDefault();
  }

  #does(event: KeyboardEvent, name: string, target: HTMLElement): boolean {
    const way = ways[event.key];
    if (way !== undefined)
      return event.shiftKey ? this.#pan(way) : this.#goTo(nearestNode(this.canvas.places, name, way));
    const { lab, doors } = this;
    switch (event.key) {
      case 'Home':
        return this.#goTo(lab.cards.keys().next().value);
      case 'End':
        return this.#goTo([...lab.cards.keys()].at(-1));
      case 'Enter':
        doors.openShell(name);
        return true;
      case ' ':
        lab.selectNode(name);
        lab.resize({ sideShown: true });
        return true;
      case '+':
      case '=':
        doors.zoomBy(1.25);
        return true;
      case '-':
        doors.zoomBy(0.8);
        return true;
      case '0':
        doors.fit();
        return true;
      case 'F10':
        return event.shiftKey && this.#openMenu(name, target);
      case 'ContextMenu':
        return this.#openMenu(name, target);
      default:
        return false;
    }
  }

  #goTo(name: string | null | undefined): true {
    if (name !== null && name !== undefined) this.doors.focusNode(name);
    return true;
  }

  #pan(way: Direction): true {
    const x = way === 'left' ? panStep : way === 'right' ? -panStep : 0;
    const y = way === 'up' ? panStep : way === 'down' ? -panStep : 0;
    this.doors.panBy(x, y);
    return true;
  }

  #openMenu(name: string, target: HTMLElement): true {
    const box = target.getBoundingClientRect();
    this.doors.openMenu(name, { x: box.left, y: box.bottom + 4 });
    return true;
  }
}
