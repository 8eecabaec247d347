import { parseDocument } from 'yaml';
import { LabError } from '../../../shared/errors.ts';
import type { Word } from '../../flows/step.ts';
import type { Dialect } from './dialect.ts';

/**
 * What stands in a preseed for what is known only when a node is there: NODE its name, ADDRESS its address for cluster traffic,
 * API_ADDRESS the one for clients where they are separate, BOOTSTRAP_ADDRESS the address of the member it joins, TOKEN, CERTIFICATE (of the
 * cluster, for double quotes) and PASSWORD.
 */
export const placeholders = [
  'NODE',
  'ADDRESS',
  'API_ADDRESS',
  'BOOTSTRAP_ADDRESS',
  'TOKEN',
  'CERTIFICATE',
  'PASSWORD',
] as const;
export type Placeholder = (typeof placeholders)[number];

const pattern = new RegExp(String.raw`\$(${placeholders.join('|')})(?![A-Za-z0-9_])`, 'g');

/** A preseed with these words in the place of its placeholders; one without a word stays as it is. */
export function fill(template: string, values: Readonly<Partial<Record<Placeholder, Word>>>): readonly Word[] {
  const words: Word[] = [];
  let from = 0;
  for (const match of template.matchAll(pattern)) {
    const value = values[match[1] as Placeholder];
    if (value === undefined) continue;
    words.push(template.slice(from, match.index), value);
    from = match.index + match[0].length;
  }
  return [...words, template.slice(from)].filter((word) => word !== '');
}

/** Whether a preseed asks for that. */
export function uses(template: string, placeholder: Placeholder): boolean {
  return [...template.matchAll(pattern)].some(([, name]) => name === placeholder);
}

/** The preseed of the document for the first node: a pool, a bridge, the default profile, a cluster of one. */
export function bootstrapTemplate({ bridge, hasPassword }: Dialect, join: Join, separate: boolean): string {
  return [
    'config:',
    ...(hasPassword && join === 'password' ? ['  core.trust_password: $PASSWORD'] : []),
    ...(separate
      ? ['  core.https_address: $API_ADDRESS:8443', '  cluster.https_address: $ADDRESS:8443']
      : ['  core.https_address: $ADDRESS:8443']),
    '  images.auto_update_interval: 15',
    'storage_pools:',
    '- name: default',
    '  driver: dir',
    'networks:',
    `- name: ${bridge}`,
    '  type: bridge',
    '  config:',
    '    ipv4.address: 192.168.100.14/24',
    '    ipv6.address: none',
    'profiles:',
    '- name: default',
    '  devices:',
    '    root:',
    '      path: /',
    '      pool: default',
    '      type: disk',
    '    eth0:',
    '      name: eth0',
    '      nictype: bridged',
    `      parent: ${bridge}`,
    '      type: nic',
    'cluster:',
    '  server_name: $NODE',
    '  enabled: true',
    '',
  ].join('\n');
}

export type Join = 'token' | 'password';

/** What joins a node: with a token nothing more is needed, with the password also who to ask, and whether it is who it says. */
export function joinTemplate(join: Join): string {
  const common = ['cluster:', '  enabled: true', '  server_name: $NODE', '  server_address: $ADDRESS:8443'];
  const byPassword = [
    '  cluster_address: $BOOTSTRAP_ADDRESS:8443',
    '  cluster_certificate: "$CERTIFICATE"',
    '  cluster_password: $PASSWORD',
    '  member_config:',
    '  - entity: storage-pool',
    '    name: default',
    '    key: source',
    '    value: ""',
  ];
  return [...common, ...(join === 'token' ? ['  cluster_token: $TOKEN'] : byPassword), ''].join('\n');
}

/**
 * Refuses a preseed of the user that cannot form this lab, before anything is created. Beyond YAML only what would fail late, and with
 * poor words, is looked at; all else is for the product to say.
 * @param node the first node it is for
 * @throws LabError 'input/invalid' with field `settings.KEY`
 */
export function checkPreseed(key: string, template: string, node: string, separate: boolean): void {
  const field = `settings.${key}`;
  const refuse = (why: string, fix?: string) =>
    new LabError('input/invalid', `\`${field}\` ${why}.`, { field, ...(fix === undefined ? {} : { fix }) });
  const example: Record<Placeholder, string> = {
    NODE: node,
    ADDRESS: '172.28.0.11',
    API_ADDRESS: '172.28.1.11',
    BOOTSTRAP_ADDRESS: '172.28.0.11',
    TOKEN: 'eyJ9',
    CERTIFICATE: 'certificate',
    PASSWORD: 'word',
  };
  // LXD reads a certificate that begins at the margin, as the document has it; YAML itself wants it indented.
  const text = template.replaceAll(/"\s*(-----BEGIN|\$CERTIFICATE)[^"]*"/g, '"certificate"');
  const document = parseDocument(fill(text, example).join(''), { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) throw refuse(`is not YAML: ${error.message.split('\n')[0]?.replace(/:$/, '')}`);
  const cluster = property(document.toJS(), 'cluster');
  if (property(cluster, 'enabled') !== true) throw refuse('has no `cluster` with `enabled: true`');
  if (property(cluster, 'server_name') !== node)
    throw refuse(`names another member than ${node}`, 'Write `server_name: $NODE` below `cluster`.');
  if (!separate && uses(template, 'API_ADDRESS'))
    throw refuse('uses $API_ADDRESS, and the nodes have one network', 'Ask for separate networks.');
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}
