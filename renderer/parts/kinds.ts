import type { LucideIcon } from '@lucide/svelte';
import type { ReplicaKind } from '../../shared/database.ts';

/** Every role glyph: what a replica can be, and `active` for what leads where nobody votes. */
export type GlyphKind = ReplicaKind | 'active';

/** Verdict and step marks: check, triangle, octagon, arc, dot, square. */
export type MarkKind = 'ok' | 'warn' | 'danger' | 'run' | 'todo' | 'stopped';

/** One line of a menu; `separator` draws a line above it. */
export interface MenuItem {
  readonly id: string;
  /** With «…» when a question follows. */
  readonly title: string;
  /** Second line: what would happen, or why it cannot. */
  readonly note?: string;
  readonly icon?: LucideIcon;
  /** Keys as shown, e.g. `B`. */
  readonly keys?: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly separator?: boolean;
  /** Heading it stands under; items of one group follow each other. */
  readonly group?: string;
  run(): void;
}
