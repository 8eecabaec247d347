import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { callPeer } from './peer-client.ts';
import { Refusal } from './refusal.ts';
import { restListener, type RestHandler } from './rest.ts';
import { fingerprint, issueCertificate } from './x509.ts';

const cluster = issueCertificate({ subject: [['CN', 'cluster']], days: 1 });
const client = issueCertificate({ subject: [['CN', 'node-2']], days: 1, alternativeNames: ['node-2'] });
const pinned = { fingerprint: fingerprint(cluster.certificate), client };
const limits = { connectLimit: 2000, limit: 2000 };

let server: Server;
afterEach(() => server.close());

async function serve(routes: Readonly<Record<string, RestHandler>>): Promise<string> {
  const options = { key: cluster.key, cert: cluster.certificate, requestCert: true, rejectUnauthorized: false };
  server = createServer(options, restListener(routes));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('both ends see who the other is; parameters, query and body arrive', async () => {
  const address = await serve({
    'PUT /1.0/service/:name': ({ params, query, body, request }) => {
      const shown = (request.socket as TLSSocket).getPeerX509Certificate();
      return Promise.resolve({ params, query, body, isClient: shown?.subject === 'CN=node-2' });
    },
  });
  const call = { method: 'PUT', path: '/1.0/service/a%2Fb?target=node-1', body: { x: 1 }, ...limits } as const;
  expect(await callPeer(address, pinned, call)).toEqual({
    params: { name: 'a/b' },
    query: { target: 'node-1' },
    body: { x: 1 },
    isClient: true,
  });
});

test('nothing is sent to a server that shows another certificate', async () => {
  let requests = 0;
  const address = await serve({ 'POST /secret': () => Promise.resolve(++requests) });
  const other = { fingerprint: fingerprint(client.certificate), client };
  const call = { method: 'POST', path: '/secret', body: { secret: 's' }, ...limits } as const;
  await expect(callPeer(address, other, call)).rejects.toThrow(/does not show the certificate of the cluster/);
  expect(requests).toBe(0);
});

test('refusals come through with status and words, a member that is away as an error that names the URL', async () => {
  const address = await serve({ 'GET /a': () => Promise.reject(new Refusal(409, 'taken')) });
  const refused = (path: string, body?: unknown) =>
    callPeer(address, pinned, { method: 'GET', path, body, ...limits }).catch((error: unknown) => error);
  expect(await refused('/a')).toMatchObject({ status: 409, message: 'taken' });
  expect(await refused('/b')).toMatchObject({ status: 404 });
  expect(await refused('/a', 'x'.repeat(1024 * 1024))).toMatchObject({ status: 413 });
  server.close();
  await expect(callPeer('127.0.0.1:1', pinned, { method: 'GET', path: '/a', ...limits })).rejects.toThrow(
    /^Get "https:\/\/127\.0\.0\.1:1\/a": /,
  );
});

test('a member that does not answer in time is given up', async () => {
  const address = await serve({ 'GET /slow': () => new Promise(() => {}) });
  const call = { method: 'GET', path: '/slow', connectLimit: 2000, limit: 100 } as const;
  await expect(callPeer(address, pinned, call)).rejects.toThrow(/context deadline exceeded/);
  server.closeAllConnections();
});
