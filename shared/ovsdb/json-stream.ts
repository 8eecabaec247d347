/**
 * Splits concatenated JSON objects without delimiter, the framing of OVSDB and of OVS's unixctl sockets (RFC 7047 section 4:
 * JSON-RPC 1.0 over a stream), by counting braces outside strings. Feed it text as it comes; it returns the whole objects.
 * @throws SyntaxError when a complete object is not JSON
 */
export class JsonStream {
  #pending = '';
  #scanned = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;

  push(text: string): unknown[] {
    this.#pending += text;
    const values: unknown[] = [];
    let start = 0;
    for (let i = this.#scanned; i < this.#pending.length; i++) {
      const c = this.#pending.charCodeAt(i);
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (c === 0x5c) this.#escaped = true;
        else if (c === 0x22) this.#inString = false;
      } else if (c === 0x22) this.#inString = true;
      else if (c === 0x7b) this.#depth++;
      else if (c === 0x7d && --this.#depth === 0) {
        values.push(JSON.parse(this.#pending.slice(start, i + 1)));
        start = i + 1;
      }
    }
    this.#pending = this.#pending.slice(start);
    this.#scanned = this.#pending.length;
    return values;
  }
}
