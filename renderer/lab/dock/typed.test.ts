import { expect, it } from 'vitest';
import { isGpu, isTyped, isWebLink } from './typed.ts';

it('tells typing from a terminal’s own answers', () => {
  expect(
    ['ls -l\r', '\x03', '\x1b[A', '\x1b[3~', '\x1b[200~pasted\x1b[201~', '\x1b', '\x1bb', '\x1bOP'].map(isTyped),
  ).toEqual(Array(8).fill(true));
  expect(
    [
      '\x1b[?1;2c',
      '\x1b[>0;276;0c',
      '\x1b[12;40R',
      '\x1b[0n',
      '\x1b[I',
      '\x1b[O',
      '\x1b[<0;3;4M',
      '\x1bP1$r0m\x1b\\',
      '\x1b]11;rgb:00/00/00\x07',
    ].map(isTyped),
  ).toEqual(Array(9).fill(false));
});

it('opens web links only', () => {
  expect(
    ['https://docs.ovn.org/', 'http://127.0.0.1', 'javascript:alert(1)', 'file:///etc/passwd', 'x'].map(isWebLink),
  ).toEqual([true, true, false, false, false]);
});

it('uses WebGL on a GPU only', () => {
  expect(
    ['ANGLE (Intel, Mesa Intel(R) UHD)', 'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device))', 'llvmpipe', ''].map(
      isGpu,
    ),
  ).toEqual([true, false, false, false]);
});
