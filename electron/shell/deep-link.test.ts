import { expect, test } from 'vitest';
import { linkOfArguments, routeOfLink } from './deep-link.ts';

test('a link to a recipe becomes the route that asks first', () => {
  expect(routeOfLink('quorate://deploy/microovn')).toBe('#/link?recipe=microovn');
  expect(routeOfLink('quorate://deploy/ovn-raft?nodes=5&name=class-1')).toBe(
    '#/link?recipe=ovn-raft&name=class-1&nodes=5',
  );
});

test.each([
  'https://deploy/microovn',
  'quorate://destroy/microovn',
  'quorate://deploy/',
  'quorate://deploy/a/b',
  'quorate://deploy/a%20b',
  'quorate://deploy/microovn?nodes=10',
  'quorate://deploy/microovn?nodes=3&nodes=x',
  'quorate://deploy/microovn?name=$(reboot)',
  'quorate://deploy/microovn?extra=1',
  `quorate://deploy/${'a'.repeat(600)}`,
  'quorate:',
  'nonsense',
])('%s is not followed', (link) => {
  expect(routeOfLink(link)).toBeNull();
});

test('finds the link that Linux and Windows pass as an argument', () => {
  expect(linkOfArguments(['/opt/quorate', '--flag', 'quorate://deploy/microovn'])).toBe('quorate://deploy/microovn');
  expect(linkOfArguments(['/opt/quorate'])).toBeUndefined();
});
