/**
 * What is wrong with the name of a cluster member or of a token, `null` when nothing is. Rule of microcluster: labels
 * separated by dots, each of 1-63 letters, digits and hyphens. Callers say which name it is:
 * `Token name "a_b" is not a valid FQDN: <this>`.
 */
export function memberNameProblem(name: string): string | null {
  if (name.length < 1 || name.length > 255) return 'Name must be 1-255 characters long';
  for (const label of name.split('.')) {
    if (label.length < 1 || label.length > 63) return 'Name must be 1-63 characters long';
    if (label.startsWith('-')) return 'Name must not start with "-" character';
    if (label.endsWith('-')) return 'Name must not end with "-" character';
    if (/^[0-9]+$/.test(label)) return 'Name cannot be a number';
    if (!/^[-a-zA-Z0-9]+$/.test(label)) return 'Name can only contain alphanumeric and hyphen characters';
  }
  return null;
}
