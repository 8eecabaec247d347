import { expect, test } from 'vitest';
import { readStatuses } from './member-status.ts';

const answer = (status: string, body: string) =>
  `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\nConnection: close\r\n\r\n${body}`;

test('reads the status of each member, whatever else is told of it', () => {
  const body =
    '[{"name":"node-1","role":"voter","status":"ONLINE"},{"name":"node-2","certificate":"a\\r\\n\\r\\nb","status":"UNREACHABLE"}]';
  expect(readStatuses(answer('200 OK', body)).map(({ name, status }) => [name, status])).toEqual([
    ['node-1', 'ONLINE'],
    ['node-2', 'UNREACHABLE'],
  ]);
});

test.each([
  answer('503 Service Unavailable', '{"error":"Database is not yet initialized","code":503}'),
  answer('200 OK', '[{"name":"node-1"'),
  answer('200 OK', '{"name":"node-1","status":"ONLINE"}'),
  '',
])('tells nothing of an answer that is none', (text) => {
  expect(readStatuses(text)).toEqual([]);
});
