/** What {@link toYaml} can write: the values of the command's answers, nothing more of YAML. */
export type YamlValue = string | number | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/**
 * Block-style YAML as Go's yaml.v2 writes it: list items not indented below their key, mappings by two spaces, text of
 * several lines as a literal block, quotes only where a reader would take the text for something else.
 */
export function toYaml(value: YamlValue): string {
  return `${block(value, 0).replace(/^\n/, '')}\n`;
}

function block(value: YamlValue, indent: number): string {
  const pad = ' '.repeat(indent);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return scalar(value, indent);
  if (isList(value)) {
    if (value.length === 0) return '[]';
    return value.map((item) => `\n${pad}- ${block(item, indent + 2).trimStart()}`).join('');
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  return entries
    .map(([key, item]) => {
      const nested = block(item, isList(item) ? indent : indent + 2);
      return `\n${pad}${key}:${nested.startsWith('\n') ? '' : ' '}${nested}`;
    })
    .join('');
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function scalar(text: string, indent: number): string {
  if (/^[^\n]+(\n[^\n]+)*\n$/.test(text)) {
    const pad = ' '.repeat(indent);
    return `|\n${text.trimEnd().replace(/^/gm, pad)}`;
  }
  return needsQuotes(text) ? JSON.stringify(text) : text;
}

function needsQuotes(text: string): boolean {
  return (
    !/^[\w/.(][^\n]*$/.test(text) ||
    /: |:$| #|^\s|\s$/.test(text) ||
    /^(true|false|yes|no|on|off|y|n|null|~)$/i.test(text) ||
    /^[-+]?(\d[\d_]*\.?[\d_]*(e[-+]?\d+)?|\.\d+|0x[\da-f]+|0o?[0-7]+)$/i.test(text)
  );
}
