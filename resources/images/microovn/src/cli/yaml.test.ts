import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { toYaml } from './yaml.ts';

const value = [
  {
    clustermemberlocal: { name: 'node-1', address: '172.30.0.11:6686', certificate: '-----BEGIN\nMIIB\n-----END\n' },
    schema: 2,
    last_heartbeat: 'yes',
    extensions: ['internal:runtime_extension_v1', 'b'],
    none: [],
    secret: '',
  },
  { clustermemberlocal: { name: '10', address: '[::1]:6686', certificate: 'x' }, status: 'NEEDS UPGRADE' },
];

test('lists stay at their key, nested text becomes a literal block, look-alikes are quoted', () => {
  expect(toYaml(value)).toBe(`- clustermemberlocal:
    name: node-1
    address: 172.30.0.11:6686
    certificate: |
      -----BEGIN
      MIIB
      -----END
  schema: 2
  last_heartbeat: "yes"
  extensions:
  - internal:runtime_extension_v1
  - b
  none: []
  secret: ""
- clustermemberlocal:
    name: "10"
    address: "[::1]:6686"
    certificate: x
  status: NEEDS UPGRADE
`);
});

test('a YAML reader gets back what was written', () => {
  const hard = [
    { a: ['- x', 'a: b', 'c #d', '1e3', '0x1f', 'null', '~', "'", '{', '2026-01-02', ' lead', 'two\n\nparas'] },
  ];
  expect(parse(toYaml(value))).toEqual(value);
  expect(parse(toYaml(hard))).toEqual(hard);
});
