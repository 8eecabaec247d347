import type { MarkKind } from '../parts/kinds.ts';

/** Something that happened while the user looked elsewhere. Never the only place a fact is shown. */
export interface Toast {
  readonly mark: MarkKind;
  readonly title: string;
  readonly note?: string;
  readonly action?: { readonly title: string; run(): void };
}

export interface ShownToast extends Toast {
  readonly id: number;
}

/** At most two at a time; each stays 6 s (see toasts.svelte for pointer and focus), failures until they are closed. */
export class Toasts {
  #shown = $state.raw<readonly ShownToast[]>([]);
  #lastId = 0;

  get shown(): readonly ShownToast[] {
    return this.#shown;
  }

  show(toast: Toast): void {
    this.#lastId += 1;
    this.#shown = [...this.#shown, { ...toast, id: this.#lastId }].slice(-2);
  }

  close(id: number): void {
    this.#shown = this.#shown.filter((toast) => toast.id !== id);
  }
}
