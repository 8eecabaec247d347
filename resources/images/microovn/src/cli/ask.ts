import type { Surroundings } from './command.ts';
import { CommandError } from './command-error.ts';

/** Asks questions on stdout, one line each, and reads the answers from stdin. An empty answer takes the default. */
export class Asker {
  constructor(private readonly here: Pick<Surroundings, 'out' | 'err' | 'readLine'>) {}

  /**
   * A question answered by y, yes, n or no in any case; asks again until it is.
   * @throws CommandError `EOF` at the end of the input, as do the others
   */
  async yesOrNo(question: string, fallback: boolean): Promise<boolean> {
    for (;;) {
      const answer = await this.answer(`${question} (yes/no) [default=${fallback ? 'yes' : 'no'}]: `);
      if (answer === '') return fallback;
      if (/^(y|yes)$/i.test(answer)) return true;
      if (/^(n|no)$/i.test(answer)) return false;
      this.here.err('Invalid input, try again.\n\n');
    }
  }

  /**
   * A question answered by text. `fallback` is shown and taken for an empty answer; without one an empty answer is put
   * to `problem`. `problem` says what is wrong with an answer, `null` when nothing is.
   */
  async text(question: string, fallback: string | null, problem: (answer: string) => string | null): Promise<string> {
    const prompt = fallback === null ? `${question}: ` : `${question} [default=${fallback}]: `;
    for (;;) {
      const answer = (await this.answer(prompt)) || (fallback ?? '');
      const why = problem(answer);
      if (why === null) return answer;
      this.here.err(why === '' ? 'Invalid input, try again.\n\n' : `Invalid input: ${why}\n\n`);
    }
  }

  private async answer(prompt: string): Promise<string> {
    this.here.out(prompt);
    const line = await this.here.readLine();
    if (line === null) throw new CommandError('EOF');
    return line.trim();
  }
}

/** For {@link Asker.text}: any answer but none. */
export function notEmpty(answer: string): string | null {
  return answer === '' ? '' : null;
}
