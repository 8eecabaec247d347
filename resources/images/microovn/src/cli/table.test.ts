import { expect, test } from 'vitest';
import { compact, csv, framed } from './table.ts';

const table = {
  header: ['NAME', 'ADDRESS', 'ROLE'],
  rows: [
    ['node-1', '172.30.0.11:6686', 'voter'],
    ['node-2', '[fd00::12]:6686', 'spare'],
  ],
};

test('a frame centres headers with the odd space on the right and rules off every row', () => {
  expect(framed(table)).toBe(
    `+--------+------------------+-------+
|  NAME  |     ADDRESS      | ROLE  |
+--------+------------------+-------+
| node-1 | 172.30.0.11:6686 | voter |
+--------+------------------+-------+
| node-2 | [fd00::12]:6686  | spare |
+--------+------------------+-------+
`,
  );
});

test('compact has two spaces before, between and after', () => {
  expect(compact(table)).toBe(
    '   NAME       ADDRESS       ROLE   \n' +
      '  node-1  172.30.0.11:6686  voter  \n' +
      '  node-2  [fd00::12]:6686   spare  \n',
  );
});

test('a header wider than its cells sets the width', () => {
  expect(framed({ header: ['STATUS'], rows: [['OK']] })).toBe(
    '+--------+\n| STATUS |\n+--------+\n| OK     |\n+--------+\n',
  );
});

test('csv quotes only what needs it and has no header', () => {
  expect(
    csv({
      header: ['a', 'b', 'c'],
      rows: [
        ['x', 'a,b', 'say "hi"'],
        ['', ' lead', 'two\nlines'],
      ],
    }),
  ).toBe('x,"a,b","say ""hi"""\n," lead","two\nlines"\n');
});
