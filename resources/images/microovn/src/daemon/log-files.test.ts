import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cutLogs } from './log-files.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'logs-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);

test('a log that grew too long starts anew under its writer; the part before is kept once', () => {
  const writer = openSync(at('a.log'), 'a');
  for (const line of ['first', 'second', 'third']) {
    writeSync(writer, `${line} ${'x'.repeat(100)}\n`);
    cutLogs(folder, 50);
    writeSync(writer, `after ${line}\n`);
  }
  closeSync(writer);
  expect(readFileSync(at('a.log'), 'utf8')).toBe('after third\n');
  expect(readFileSync(at('a.log.1'), 'utf8')).toMatch(/^after second\nthird x+\n$/);
});

test('short logs, other files and a missing folder are left alone', () => {
  writeFileSync(at('a.log'), 'short\n');
  writeFileSync(at('b.txt'), 'x'.repeat(100));
  cutLogs(folder, 50);
  cutLogs(at('none'), 50);
  expect([statSync(at('a.log')).size, statSync(at('b.txt')).size]).toEqual([6, 100]);
});
