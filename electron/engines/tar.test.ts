import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { firstTarFile, packTar } from './tar.ts';

const text = (value: string) => Buffer.from(value);
const deep = `${'folder/'.repeat(20)}${'f'.repeat(90)}`;

it('packs what tar reads: names, modes, owner, contents', () => {
  const archive = packTar([
    { path: 'Dockerfile', content: text('FROM x\n'), mode: 0o644 },
    { path: deep, content: Buffer.alloc(513, 'y'), mode: 0o755 },
  ]);
  const listing = execFileSync('tar', ['-tvf', '-'], { input: archive, encoding: 'utf8' }).trim().split('\n');
  expect(listing).toEqual([
    expect.stringMatching(/^-rw-r--r--\s+root\/root\s+7 1970-01-01 \S+ Dockerfile$/),
    expect.stringMatching(new RegExp(`^-rwxr-xr-x\\s+root/root\\s+513 .* ${deep}$`)),
  ]);
  expect(execFileSync('tar', ['-xOf', '-', deep], { input: archive })).toEqual(Buffer.alloc(513, 'y'));
});

it('finds the file in what tar and the engine pack, past folders', () => {
  expect(firstTarFile(packTar([{ path: 'a', content: text('hi'), mode: 0o600 }]))).toEqual(text('hi'));
  const folder = execFileSync('tar', ['-cf', '-', '-C', '/etc', '--no-recursion', '.', 'hostname']);
  const hostname = execFileSync('cat', ['/etc/hostname']);
  expect(Buffer.from(firstTarFile(folder) ?? [])).toEqual(hostname);
  expect(firstTarFile(Buffer.alloc(1024))).toBeNull();
});

it('refuses a path that does not fit', () => {
  expect(() => packTar([{ path: 'x'.repeat(101), content: text(''), mode: 0o644 }])).toThrowError(
    expect.objectContaining({ code: 'input/invalid' }) as Error,
  );
});
