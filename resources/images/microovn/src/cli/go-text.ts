const ESCAPES = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);

/** A string as Go's `%q` prints it: in double quotes, control characters escaped, printable Unicode as it is. */
export function goQuote(text: string): string {
  let quoted = '"';
  for (const character of text) {
    const escape = ESCAPES.get(character);
    const point = character.codePointAt(0) ?? 0;
    if (escape !== undefined) quoted += escape;
    else if (point < 0x20 || point === 0x7f) quoted += `\\x${point.toString(16).padStart(2, '0')}`;
    else if (/\p{C}|\p{Zl}|\p{Zp}|(?! )\p{Zs}/u.test(character))
      quoted +=
        point > 0xffff ? `\\U${point.toString(16).padStart(8, '0')}` : `\\u${point.toString(16).padStart(4, '0')}`;
    else quoted += character;
  }
  return `${quoted}"`;
}

/** A single character as Go's `%q` prints a rune: `'x'`. */
export function goQuoteRune(character: string): string {
  return character === "'" ? "'\\''" : `'${goQuote(character).slice(1, -1).replace('\\"', '"')}'`;
}

/** A time as Go prints it, e.g. `2036-06-22 13:37:19 +0000 UTC`; `null` is Go's zero time. Milliseconds since 1970. */
export function goTime(time: number | null): string {
  return `${rfc3339(time).slice(0, 19).replace('T', ' ')} +0000 UTC`;
}

/** A time as Go writes it to JSON and YAML: RFC 3339 in UTC, no trailing zeros; `null` is Go's zero time. */
export function rfc3339(time: number | null): string {
  if (time === null) return '0001-01-01T00:00:00Z';
  return new Date(time).toISOString().replace(/\.?0*Z$/, 'Z');
}

/** The prefix of Go's log package, local time: `2026/11/20 14:13:45 `. */
export function goLogPrefix(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${String(time.getFullYear())}/${two(time.getMonth() + 1)}/${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())} `;
}
