/** What one comparison found: medians and quartiles in the unit of the samples, and the ratio of the medians against its bar. */
export interface Comparison {
  readonly name: string;
  readonly unit: string;
  readonly subject: Spread;
  readonly reference: Spread;
  /** Median of subject over median of reference. */
  readonly ratio: number;
  readonly bar: number;
  /** `most`: the ratio may be at most the bar; `least`: at least. */
  readonly sense: 'most' | 'least';
  readonly reached: boolean;
  /** Where the time goes, one line each. */
  readonly where?: readonly string[];
}

/** What was found of something that has a bar of its own and no reference. */
export interface Limit {
  readonly name: string;
  readonly unit: string;
  readonly found: Spread;
  /** The value that was held against the bar: the median, or the largest of all. */
  readonly judged: 'median' | 'worst';
  readonly value: number;
  /** `value` may be at most this. */
  readonly bar: number;
  readonly reached: boolean;
  readonly where?: readonly string[];
}

export type Result = Comparison | Limit;

export interface Spread {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
  readonly samples: number;
}

/** Median and quartiles; of an empty list all are NaN. */
export function spread(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
  const middle = sorted.length / 2;
  const median = Number.isInteger(middle)
    ? ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
    : at(0.5);
  return { median, lower: at(0.25), upper: at(0.75), samples: sorted.length };
}

/** Holds samples against a bar of their own. */
export function limit(
  of: Pick<Limit, 'name' | 'unit' | 'judged' | 'bar' | 'where'> & { readonly samples: readonly number[] },
): Limit {
  const { samples, ...rest } = of;
  const found = spread(samples);
  const value = of.judged === 'median' ? found.median : Math.max(...samples);
  return { ...rest, found, value, reached: samples.length > 0 && value <= of.bar };
}

/** The value below which `part` of the samples lie, e.g. 0.95. */
export function percentile(samples: readonly number[], part: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

export interface Contest {
  readonly name: string;
  readonly unit: string;
  readonly rounds: number;
  readonly bar: number;
  readonly sense?: 'most' | 'least';
  /** Each gives one sample; what they made they remove themselves, outside of what they measure. */
  readonly subject: (round: number) => Promise<number>;
  readonly reference: (round: number) => Promise<number>;
}

/**
 * Runs subject and reference in turn in this one process, who goes first changing each round, after one round that does not count. A
 * machine that gets slower meanwhile slows both.
 */
export async function compare(contest: Contest): Promise<Comparison> {
  const subject: number[] = [];
  const reference: number[] = [];
  for (let round = 0; round <= contest.rounds; round++) {
    const first = round % 2 === 0 ? contest.subject : contest.reference;
    const second = round % 2 === 0 ? contest.reference : contest.subject;
    const one = await first(round);
    const two = await second(round);
    if (round === 0) continue;
    subject.push(round % 2 === 0 ? one : two);
    reference.push(round % 2 === 0 ? two : one);
    process.stderr.write(
      `  ${contest.name} round ${round}: ${format(subject.at(-1))} against ${format(reference.at(-1))} ${contest.unit}\n`,
    );
  }
  const ours = spread(subject);
  const theirs = spread(reference);
  const ratio = ours.median / theirs.median;
  const sense = contest.sense ?? 'most';
  return {
    name: contest.name,
    unit: contest.unit,
    subject: ours,
    reference: theirs,
    ratio,
    bar: contest.bar,
    sense,
    reached: sense === 'most' ? ratio <= contest.bar : ratio >= contest.bar,
  };
}

/** How many samples a part takes: `QUORATE_BENCH_ROUNDS`, for a short try of the benchmark itself, else `usual`. */
export function roundsOr(usual: number): number {
  return Number(process.env['QUORATE_BENCH_ROUNDS'] ?? usual);
}

/** Three significant figures. */
export function format(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : Number(value.toPrecision(3)).toString();
}

/** One line of the report, e.g. `(a) … ratio 1.21 (bar at most 1.3: reached); 1270 ms [1240, 1310] against 1050 [1040, 1080], n = 8`. */
export function line(result: Result): string {
  const range = (part: Spread) => `${format(part.median)} [${format(part.lower)}, ${format(part.upper)}]`;
  const verdict = result.reached ? 'reached' : 'NOT reached';
  if ('found' in result) {
    return (
      `${result.name}: ${result.judged} ${format(result.value)} ${result.unit} (bar at most ${result.bar}: ${verdict}); ` +
      `${range(result.found)}, n = ${result.found.samples}`
    );
  }
  return (
    `${result.name}: ratio ${format(result.ratio)} (bar at ${result.sense} ${result.bar}: ${verdict}); ` +
    `${range(result.subject)} ${result.unit} against ${range(result.reference)}, n = ${result.subject.samples}`
  );
}

/** All results below each other: what, found, bar, verdict. */
export function table(results: readonly Result[]): string {
  const rows = results.map((result) => {
    const of = 'found' in result ? `${format(result.value)} ${result.unit}` : `x ${format(result.ratio)}`;
    const bar = 'found' in result ? `<= ${result.bar}` : `${result.sense === 'most' ? '<=' : '>='} ${result.bar}`;
    return [result.name, of, bar, result.reached ? 'reached' : 'NOT reached'];
  });
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((word, column) => word.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}
