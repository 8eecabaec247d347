/**
 * Runs several commands of one node in one exec: starting a process through an engine costs far more than the commands themselves. The
 * script is constant and takes the commands as its arguments, each preceded by its number of words, so no word is ever read as shell.
 * It prints a mark before and after each command and ends with the exit code of the first that fails.
 */
const script = `i=0
while [ $# -gt 0 ]; do
  n=$1; shift; words=; k=1
  while [ $k -le $n ]; do words="$words \\"\\\${$k}\\""; k=$((k + 1)); done
  printf '\\036%s\\036' $i
  eval "$words" </dev/null 2>&1; code=$?
  printf '\\036%s %s\\036' $i $code
  [ $code -eq 0 ] || exit $code
  shift $n; i=$((i + 1))
done`;

/** The argv that runs these commands in turn. */
export function chainCommand(commands: readonly (readonly string[])[]): readonly string[] {
  return ['sh', '-c', script, 'chain', ...commands.flatMap((words) => [String(words.length), ...words])];
}

export interface ChainListener {
  readonly begin: (index: number) => void;
  readonly output: (index: number, text: string) => void;
  readonly end: (index: number, exitCode: number) => void;
}

/** Reads what {@link chainCommand} prints, in pieces that may break anywhere. */
export class ChainOutput {
  #held = '';
  #index = -1;

  constructor(private readonly listener: ChainListener) {}

  feed(text: string): void {
    this.#held += text;
    for (let mark = /\u001e(\d+)(?: (\d+))?\u001e/.exec(this.#held); mark !== null;) {
      this.#print(this.#held.slice(0, mark.index));
      this.#held = this.#held.slice(mark.index + mark[0].length);
      this.#index = Number(mark[1]);
      if (mark[2] === undefined) this.listener.begin(this.#index);
      else this.listener.end(this.#index, Number(mark[2]));
      mark = /\u001e(\d+)(?: (\d+))?\u001e/.exec(this.#held);
    }
    // What may be the beginning of a mark waits for the rest of it.
    const open = this.#held.lastIndexOf('\u001e');
    const ready = open === -1 ? this.#held.length : open;
    this.#print(this.#held.slice(0, ready));
    this.#held = this.#held.slice(ready);
  }

  #print(text: string): void {
    if (text !== '' && this.#index >= 0) this.listener.output(this.#index, text);
  }
}
