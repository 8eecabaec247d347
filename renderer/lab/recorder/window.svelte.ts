import { fittingMarks, halfOf, axisTimes, middleOf, type Mark } from './lanes.ts';

const minute = 60_000;

/** What the window needs to know; each is read anew when it is asked. Milliseconds by the backend's clock. */
export interface Shown {
  readonly present: number;
  readonly cursor: number | null;
  /** Of the first event; null while there is none. */
  readonly first: number | null;
  readonly marks: readonly Mark[];
}

/** Which stretch of the record is on the screen, where a moment stands on it, and what fits on its axis. */
export class RecordWindow {
  /** Of the tracks, in CSS pixels. */
  width = $state(800);
  /** Milliseconds shown; null follows the record, between one and five minutes. */
  #chosen = $state<number | null>(null);

  constructor(private readonly shown: () => Shown) {}

  get reach(): number {
    const { first, present } = this.shown();
    return this.#chosen ?? Math.min(5 * minute, Math.max(minute, first === null ? minute : (present - first) * 1.04));
  }
  /** Right edge; scrubbed out of sight, the window follows the cursor. */
  get to(): number {
    const { cursor, present } = this.shown();
    return cursor !== null && cursor < present - this.reach ? cursor + this.reach * 0.2 : present;
  }
  get from(): number {
    return this.to - this.reach;
  }
  get endsNow(): boolean {
    return this.to === this.shown().present;
  }

  /** 0 at the left edge, 1 at the right. */
  readonly x = (at: number): number => (at - this.from) / this.reach;

  /** The same for CSS, kept on the window. */
  percent(at: number): string {
    return `${(Math.min(1, Math.max(0, this.x(at))) * 100).toFixed(3)}%`;
  }

  /** The moment at a fraction of the width; null is the present. */
  at(fraction: number): number | null {
    const at = this.from + fraction * this.reach;
    return at >= this.to - this.reach * 0.005 && this.endsNow ? null : at;
  }

  zoom(out: boolean): void {
    this.#chosen = Math.min(24 * 60 * minute, Math.max(5000, this.reach * (out ? 1.25 : 0.8)));
  }

  /** The marks that can be named without covering each other. */
  get named(): readonly Mark[] {
    const { from, to } = this;
    const marks = this.shown().marks.filter((mark) => mark.at >= from && mark.at <= to);
    return fittingMarks(marks, this.x, this.width);
  }

  /** Where the middle of a mark's name stands, in CSS pixels. */
  middle(mark: Mark): number {
    return middleOf(mark, this.x, this.width);
  }

  /** Round times between the names. */
  get times(): readonly number[] {
    const { named, width } = this;
    return axisTimes(this.from, this.to, Math.max(2, Math.floor(width / 110))).filter((at) => {
      const place = this.x(at) * width;
      const free = named.every((mark) => Math.abs(this.middle(mark) - place) > halfOf(mark) + 34);
      return place > 30 && place < width - 30 && free;
    });
  }
}
