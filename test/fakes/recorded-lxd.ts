import { readFileSync } from 'node:fs';
import { readAnswer } from '../../electron/observe/lxd/ask-daemon.ts';

/** Lines of a recorded output after its head, which names the command. */
export function recorded(name: string): readonly string[] {
  return readFileSync(new URL(`../fixtures/lxd/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .slice(1);
}

/** `metadata` of a recorded answer of a daemon. */
export function recordedAnswer(name: string): unknown {
  return readAnswer(recorded(name).join('\n'));
}

/** Bytes by the first word of a line, recorded in hexadecimal. */
export function recordedBytes(name: string, word: string): Uint8Array {
  const line = recorded(name).find((one) => one.startsWith(`${word} `)) ?? '';
  return Uint8Array.from(Buffer.from(line.slice(word.length).replaceAll(' ', ''), 'hex'));
}
